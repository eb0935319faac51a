/** Talks to running peers from the command line. */
@org.jspecify.annotations.NullMarked
module io.parley.console {
    requires static transitive org.jspecify;
    requires io.parley;
    requires io.parley.consul;
    requires io.parley.zmq;
    requires io.parley.samples;
    requires info.picocli;
    requires java.logging;
    requires jdk.httpserver;
    requires tools.jackson.databind;
    requires HdrHistogram;
    requires org.snakeyaml.engine;

    // So that options find their way into the commands.
    opens io.parley.console to
            info.picocli;
}
