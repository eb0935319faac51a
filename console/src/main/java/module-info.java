/** Looks into running peers from the command line. */
@org.jspecify.annotations.NullMarked
module io.parley.console {
    requires static transitive org.jspecify;
    requires io.parley;
    requires io.parley.zmq;
    requires io.parley.samples;
    requires info.picocli;
}
