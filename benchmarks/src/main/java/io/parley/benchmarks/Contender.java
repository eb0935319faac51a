package io.parley.benchmarks;

/** What is measured against what. */
public enum Contender {
    /** JeroMQ's sockets, used by hand: what the others are compared to. */
    RAW_JEROMQ("raw-jeromq"),
    /** Parley with handlers on its pool, the default. */
    PARLEY("parley"),
    /** Parley with handlers in the I/O context. */
    PARLEY_INLINE("parley-inline");

    private final String label;

    Contender(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
