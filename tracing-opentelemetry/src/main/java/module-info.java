/** Spans of what flows through a peer, for OpenTelemetry. */
@org.jspecify.annotations.NullMarked
module io.parley.opentelemetry {
    requires static transitive org.jspecify;
    requires transitive io.parley;
    requires transitive io.opentelemetry.api;
    requires io.opentelemetry.context;

    exports io.parley.opentelemetry;
}
