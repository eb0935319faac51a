/** Contract tests for plug-ins, and doubles for tests. */
@org.jspecify.annotations.NullMarked
module io.parley.testkit {
    requires static transitive org.jspecify;
    requires jdk.management;
    requires transitive io.parley;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;

    exports io.parley.testkit;
}
