package io.parley.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What is measured, and what it is measured against. Immutable. */
public enum Contender {
    /** JeroMQ's sockets, used by hand: what the others are compared to. */
    RAW_JEROMQ("raw-jeromq", 3, EnumSet.complementOf(EnumSet.of(Workload.BESIDE))),
    /** Parley with handlers on its pool, the default. */
    PARLEY("parley", 10, EnumSet.allOf(Workload.class)),
    /** Parley with handlers in the I/O context. */
    PARLEY_INLINE("parley-inline", 10, EnumSet.allOf(Workload.class)),
    /** Parley with handlers on its pool and no flight recorder: to see what that takes. */
    PARLEY_UNRECORDED("parley-unrecorded", 10, EnumSet.allOf(Workload.class)),
    /** gRPC over Netty, with a direct executor at both ends. */
    GRPC("grpc", 15, EnumSet.complementOf(EnumSet.of(Workload.PUBLISH, Workload.TRANSFER, Workload.BESIDE))),
    /** gRPC over Netty, with the executors it comes with. */
    GRPC_DEFAULT("grpc-default", 15, GRPC.workloads),
    /** The clustered event bus of Vert.x. */
    VERTX("vertx", 15, EnumSet.complementOf(EnumSet.of(Workload.TRANSFER, Workload.BESIDE))),
    /** RSocket over Reactor Netty's TCP. */
    RSOCKET("rsocket", 15, GRPC.workloads),
    /** A socket channel, frames with their length in front, many of them to a write; large ones beside small ones on another. */
    RAW_TCP("raw-tcp", 3, EnumSet.complementOf(EnumSet.of(Workload.PUBLISH)));

    /** Until Jackson's part is compiled too, on two cores that are busy. */
    private static final int JACKSON_SECONDS = 20;

    private final String label;
    private final int warmUpSeconds;
    private final Set<Workload> workloads;

    Contender(String label, int warmUpSeconds, Set<Workload> workloads) {
        this.label = label;
        this.warmUpSeconds = warmUpSeconds;
        this.workloads = workloads;
    }

    /** Whether it is Parley, one way or the other. */
    public boolean isParley() {
        return this == PARLEY || this == PARLEY_INLINE || this == PARLEY_UNRECORDED;
    }

    /** Whether it is written by hand upon sockets, with nothing in between. */
    public boolean isByHand() {
        return this == RAW_JEROMQ || this == RAW_TCP;
    }

    /** Whether it has the style of the workload; for large payloads, whether it is made to compare with there. */
    public boolean has(Workload workload) {
        return workloads.contains(workload);
    }

    /** How long it works before what it does counts, if nothing else is asked for: long enough to be compiled. */
    public Duration warmUp(Workload workload) {
        boolean hasJackson = workload == Workload.RECORDS && !isByHand();
        return Duration.ofSeconds(hasJackson ? Math.max(JACKSON_SECONDS, warmUpSeconds) : warmUpSeconds);
    }

    /** What its makers tell to start a JVM with. */
    List<String> jvmArguments(int jdk) {
        var arguments = new ArrayList<String>();
        boolean reachesDeep = !isByHand() && !isParley();
        if (reachesDeep && jdk >= 24) {
            // From there on the JVM warns about what Netty, and Hazelcast in the event bus, do for speed.
            arguments.add("--sun-misc-unsafe-memory-access=allow");
            arguments.add("--enable-native-access=ALL-UNNAMED");
        }
        if (this == VERTX) {
            arguments.add("--add-modules=java.se");
            arguments.add("--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED");
            arguments.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
            arguments.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
            arguments.add("--add-opens=java.management/sun.management=ALL-UNNAMED");
            arguments.add("--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");
        }
        return arguments;
    }

    @Override
    public String toString() {
        return label;
    }
}
