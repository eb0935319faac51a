/** Peers find each other through Consul. */
@org.jspecify.annotations.NullMarked
module io.parley.consul {
    requires static transitive org.jspecify;
    requires transitive io.parley;
    requires org.apache.httpcomponents.client5.httpclient5;
    requires org.apache.httpcomponents.core5.httpcore5;
    // These two for HttpClient, whose jars cannot say so themselves.
    requires jdk.net;
    requires org.slf4j;

    exports io.parley.consul;
}
