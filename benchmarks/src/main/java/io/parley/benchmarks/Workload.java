package io.parley.benchmarks;

import java.util.List;

/** What is done between two processes. Immutable. */
public enum Workload {
    /** One request outstanding, by a caller that blocks: how long one takes. */
    ROUND_TRIP("round-trip", List.of(1), List.of(64)),
    /** A number of requests in flight, by one caller thread: how many a second. */
    REQUESTS("requests", List.of(64, 512), List.of(64)),
    /** One-way messages by one sender thread: how many a second arrive. */
    ONE_WAY("one-way", List.of(1), List.of(64, 1024)),
    /** Events by one publisher thread to a number of subscribers: how many a second are delivered to all together. */
    PUBLISH("publish", List.of(1, 4), List.of(64)),
    /** As {@link #REQUESTS}, with a record each way, written and read by Jackson. */
    RECORDS("records", List.of(512), List.of(64)),
    /** Requests at a fixed rate, whether or not earlier ones were answered: how long one takes from when it was due. */
    PACED("paced", List.of(10_000), List.of(64)),
    /** One-way messages with large payloads: how many bytes a second arrive. */
    TRANSFER("transfer", List.of(1), List.of(64 << 10, 1 << 20, 16 << 20, 64 << 20)),
    /** Round trips on a link by itself, then on one over which large payloads go at the same time. */
    BESIDE("beside", List.of(1), List.of(64 << 20));

    private final String label;
    private final List<Integer> loads;
    private final List<Integer> sizes;

    Workload(String label, List<Integer> loads, List<Integer> sizes) {
        this.label = label;
        this.loads = loads;
        this.sizes = sizes;
    }

    /** What {@link Row#load} is by default, a row each. */
    List<Integer> loads() {
        return loads;
    }

    /** Payloads in bytes by default, a row each. */
    List<Integer> sizes() {
        return sizes;
    }

    /** Whether what arrives does so at the responding process; else it is answers, at the initiating one. */
    boolean isOneWay() {
        return this == ONE_WAY || this == PUBLISH || this == TRANSFER || this == BESIDE;
    }

    /** Whether times are taken. */
    boolean isTimed() {
        return this == ROUND_TRIP || this == PACED || this == BESIDE;
    }

    /** Whether payloads are large, and the processes need room for them. */
    boolean isLarge() {
        return this == TRANSFER || this == BESIDE;
    }

    @Override
    public String toString() {
        return label;
    }
}
