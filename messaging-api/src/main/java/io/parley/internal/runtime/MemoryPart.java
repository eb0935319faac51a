package io.parley.internal.runtime;

import io.parley.failure.OverloadedException;
import io.parley.transport.MemoryBudget;
import java.util.concurrent.atomic.LongAdder;

/** One part of a peer's memory budget, with a count of what it had to refuse. Thread-safe. */
public final class MemoryPart {

    private final String name;
    private final MemoryBudget budget;
    private final ErrorReporter complaints;
    private final LongAdder refusals = new LongAdder();

    /** @param name what the part pays for, for people */
    MemoryPart(String name, MemoryBudget budget, ErrorReporter complaints) {
        this.name = name;
        this.budget = budget;
        this.complaints = complaints;
    }

    public String name() {
        return name;
    }

    /** The part itself, for those who reserve in it on their own. */
    public MemoryBudget budget() {
        return budget;
    }

    /** Reserves {@code bytes}, all or nothing; false if there is not so much left. */
    public boolean take(long bytes) {
        return budget.tryReserve(bytes);
    }

    public void give(long bytes) {
        budget.release(bytes);
    }

    /**
     * Counts a refusal and tells the error handler, at most once in ten seconds.
     *
     * @param what what was refused, to whom
     */
    public void refused(String what) {
        refusals.increment();
        String why = what + ": " + describe();
        complaints.report("memory " + name, why, new OverloadedException(why));
    }

    /** As {@link #refused(String)}, where it is known that {@code bytes} were wanted; answers why there was no room, for people. */
    public String refused(String what, long bytes) {
        String why = String.format(
                "%,d bytes more do not fit: %,d of %,d bytes for %s are reserved (Limits.withMemory)",
                bytes, budget.reserved(), budget.capacity(), name);
        refusals.increment();
        complaints.report("memory " + name, what + ": " + why, new OverloadedException(what + ": " + why));
        return why;
    }

    /** How full this part is, for people. */
    public String describe() {
        return String.format(
                "%,d of %,d bytes for %s are reserved (Limits.withMemory)", budget.reserved(), budget.capacity(), name);
    }

    public long refusals() {
        return refusals.sum();
    }
}
