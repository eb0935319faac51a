package io.parley.benchmarks;

/** What is done between two processes. */
public enum Workload {
    /** One request outstanding, by a caller that blocks: how long one takes. */
    ROUND_TRIP("round-trip"),
    /** A number of requests in flight, by one caller thread: how many a second. */
    REQUESTS("requests"),
    /** One-way messages by one sender thread: how many a second arrive. */
    ONE_WAY("one-way"),
    /** Events by one publisher thread to four subscribers: how many a second are delivered to the four together. */
    PUBLISH("publish");

    /** How many subscribe in {@link #PUBLISH}. */
    public static final int SUBSCRIBERS = 4;

    private final String label;

    Workload(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
