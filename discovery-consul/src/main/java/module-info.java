/** Peers find each other through Consul. */
@org.jspecify.annotations.NullMarked
module io.parley.consul {
    requires static transitive org.jspecify;
    requires transitive io.parley;

    exports io.parley.consul;
}
