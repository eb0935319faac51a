/** Meters of what flows through a peer, for Micrometer. */
@org.jspecify.annotations.NullMarked
module io.parley.micrometer {
    requires static transitive org.jspecify;
    requires transitive io.parley;
    requires transitive micrometer.core;

    exports io.parley.micrometer;
}
