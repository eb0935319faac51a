package io.parley.console.web;

import io.parley.console.flow.Flow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * What waits to be written to one browser: so much and no more. When more comes than a person could follow, it keeps one message in two,
 * in four and so on, each with all its steps, and counts what it leaves out; when less comes, it keeps all again. Thread-safe.
 */
final class FlowQueue {

    private static final int MOST_WAITING = 2_000;
    /** Beyond this many at a time there are fewer the next time. */
    private static final int ENOUGH = 150;

    private static final int MOST_STRIDE = 1 << 16;

    private final Predicate<Flow> wanted;
    private final Deque<Flow> waiting = new ArrayDeque<>();
    private int stride = 1;
    private long arrived;
    private long leftOut;

    FlowQueue(Predicate<Flow> wanted) {
        this.wanted = wanted;
    }

    void add(List<Flow> flows) {
        for (Flow flow : flows) {
            if (wanted.test(flow)) {
                add(flow);
            }
        }
    }

    private synchronized void add(Flow flow) {
        arrived++;
        if (waiting.size() == MOST_WAITING || !isKept(flow)) {
            leftOut++;
        } else {
            waiting.add(flow);
        }
    }

    /** All steps of a message meet the same fate. */
    private boolean isKept(Flow flow) {
        int hash = flow.id().hashCode() * 0x9E3779B9;
        return (hash >>> 16 & stride - 1) == 0;
    }

    /** What waits, which from then on does so no more. */
    synchronized List<Flow> take() {
        var taken = new ArrayList<>(waiting);
        waiting.clear();
        if (arrived / stride > ENOUGH && stride < MOST_STRIDE) {
            stride *= 2;
        } else if (stride > 1 && arrived / stride < ENOUGH / 4) {
            stride /= 2;
        }
        arrived = 0;
        return taken;
    }

    /** How many were wanted and left out. */
    synchronized long leftOut() {
        return leftOut;
    }

    /** Of how many messages one is kept. */
    synchronized int stride() {
        return stride;
    }
}
