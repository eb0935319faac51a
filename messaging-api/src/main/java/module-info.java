/** Messaging between peers, with no broker in the middle. */
@org.jspecify.annotations.NullMarked
module io.parley {
    requires static transitive org.jspecify;
    requires transitive tools.jackson.databind;
    requires tools.jackson.module.blackbird;

    // For applications.
    exports io.parley;
    exports io.parley.channel;
    exports io.parley.failure;
    exports io.parley.message;
    exports io.parley.observe;
    exports io.parley.text;
    exports io.parley.time;

    // For plug-ins.
    exports io.parley.loadbalance;
    exports io.parley.codec;
    exports io.parley.discovery;
    exports io.parley.environment;
    exports io.parley.transport;

    // The plug-ins that come along.
    exports io.parley.codec.jackson;
    exports io.parley.discovery.local;
    exports io.parley.discovery.fixed;
    exports io.parley.discovery.memory;
    exports io.parley.transport.memory;
}
