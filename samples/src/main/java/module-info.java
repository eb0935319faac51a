/** The peers of a small shop. */
@org.jspecify.annotations.NullMarked
module io.parley.samples {
    requires static transitive org.jspecify;
    requires transitive io.parley;
    requires io.parley.zmq;

    exports io.parley.samples.shop;

    // So that the records can be read from JSON and written to it.
    opens io.parley.samples.shop to
            tools.jackson.databind;
}
