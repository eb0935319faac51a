package io.parley.internal.lane;

import java.util.concurrent.atomic.LongAdder;

/** How many messages have arrived and are not done with. Thread-safe. */
public final class InFlightCount {

    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();

    public void begin() {
        begun.increment();
    }

    public void begin(int many) {
        begun.add(many);
    }

    public void end() {
        ended.increment();
    }

    void end(int many) {
        ended.add(many);
    }

    public long count() {
        long over = ended.sum();
        return Math.max(0, begun.sum() - over);
    }

    /** Never true while one is in hand that had begun before the call. */
    boolean isNothing() {
        return isAtMost(0);
    }

    /** Never true while more than {@code most} are in hand that had begun before the call. */
    public boolean isAtMost(long most) {
        long over = ended.sum();
        return begun.sum() - over <= most;
    }
}
