package io.parley.internal;

import io.parley.internal.wire.Control;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The one-way messages of one inbound link that are done with and of which the dialler has not been told yet, by the numbers in which they
 * arrived. It is told together with the next grant of credit, or a moment after the first; so that no more ranges are kept than messages
 * may be in hand.
 *
 * <p>Thread-safe.
 */
final class FinishedOneWays {

    /** How long after a message is finished the dialler is told at the latest. */
    static final Duration DELAY = Duration.ofMillis(100);

    /** With more ranges than these the dialler is told at once. */
    private static final int MOST_RANGES = 512;

    private static final int SMALLEST = 8;

    private final Core core;
    private final Outbox outbox;
    private long[] firsts = new long[SMALLEST];
    private int[] counts = new int[SMALLEST];
    private int size;
    private boolean isScheduled;

    FinishedOneWays(Core core, Outbox outbox) {
        this.core = core;
        this.outbox = outbox;
    }

    /** The messages numbered {@code first} and the {@code count - 1} after it are done with. Each is told once. */
    void add(long first, int count) {
        boolean isDue;
        boolean mustSchedule;
        synchronized (this) {
            int last = size - 1;
            if (last >= 0 && firsts[last] + counts[last] == first) {
                counts[last] += count;
            } else {
                append(first, count);
            }
            isDue = size >= MOST_RANGES;
            mustSchedule = !isDue && !isScheduled;
            isScheduled |= mustSchedule;
        }
        if (isDue) {
            tell();
        } else if (mustSchedule) {
            core.time.schedule(DELAY, this::onDelayOver);
        }
    }

    private void append(long first, int count) {
        if (size == firsts.length) {
            firsts = Arrays.copyOf(firsts, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
        }
        firsts[size] = first;
        counts[size] = count;
        size++;
    }

    private void onDelayOver() {
        synchronized (this) {
            isScheduled = false;
        }
        tell();
    }

    /** Tells the dialler what it has not been told yet, if there is anything. */
    void tell() {
        Control.Finished finished = take();
        if (finished != null) {
            outbox.add(finished);
        }
    }

    private synchronized Control.@Nullable Finished take() {
        if (size == 0) {
            return null;
        }
        Integer[] order = IntStream.range(0, size).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingLong(at -> firsts[at]));
        List<Long> mergedFirsts = new ArrayList<>();
        List<Integer> mergedCounts = new ArrayList<>();
        long first = firsts[order[0]];
        int count = 0;
        for (int at : order) {
            if (firsts[at] != first + count) {
                mergedFirsts.add(first);
                mergedCounts.add(count);
                first = firsts[at];
                count = 0;
            }
            count += counts[at];
        }
        mergedFirsts.add(first);
        mergedCounts.add(count);
        size = 0;
        return new Control.Finished(mergedFirsts, mergedCounts);
    }
}
