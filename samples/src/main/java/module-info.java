/** The peers of a small shop. */
@org.jspecify.annotations.NullMarked
module io.parley.samples {
    requires static transitive org.jspecify;
    requires transitive io.parley;
    requires io.parley.zmq;
}
