package io.parley.console.observe;

import io.parley.console.flow.Flow;
import java.time.Instant;
import java.util.Arrays;

/** Counts what flows along one edge, second by second. Confined to {@link Edges}, which guards it. */
final class EdgeFigures {

    /** Over how many whole seconds a rate is taken. */
    private static final int SECONDS = 5;

    /** For how long a time counts. Of more than so many, the latest do. */
    private static final int SAMPLE_SECONDS = 20;

    private static final int SAMPLES = 256;

    private final String from;
    private final String to;
    private final String channel;
    private final String style;
    private final long firstSecond;

    /** What either end told of: a message may be told by both, or by one alone. */
    private final PerSecond sent = new PerSecond(SECONDS);

    private final PerSecond received = new PerSecond(SECONDS);
    private final PerSecond failedThere = new PerSecond(SECONDS);
    private final PerSecond failedHere = new PerSecond(SECONDS);
    private final long[] nanos = new long[SAMPLES];
    private final long[] sampledAt = new long[SAMPLES];
    private int sampled;
    private Instant lastSeen = Instant.EPOCH;

    EdgeFigures(Flow flow, String to, long second) {
        this.from = flow.from();
        this.to = to;
        this.channel = flow.channel();
        this.style = flow.style();
        this.firstSecond = second;
    }

    /** @param second of the observer's clock */
    void add(Flow flow, long second) {
        boolean isOfSender = flow.peer().equals(from);
        switch (flow.step()) {
            case SENT -> sent.add(second, flow.weight());
            case RECEIVED -> received.add(second, flow.weight());
            case ANSWERED -> sample(flow.nanos(), second);
            case HANDLED -> {
                if (!isAnswered()) {
                    sample(flow.nanos(), second);
                }
            }
            case FAULTED, REFUSED, TIMED_OUT, LINK_LOST, DROPPED, GAP ->
                (isOfSender ? failedHere : failedThere).add(second, flow.weight());
            default -> {
                return;
            }
        }
        if (flow.at().isAfter(lastSeen)) {
            lastSeen = flow.at();
        }
    }

    private boolean isAnswered() {
        return style.equals("request") || style.equals("survey");
    }

    private void sample(long took, long second) {
        int slot = sampled % SAMPLES;
        nanos[slot] = took;
        sampledAt[slot] = second;
        // Goes round, but not below what says that all slots are taken.
        sampled = sampled + 1 < 2 * SAMPLES ? sampled + 1 : SAMPLES;
    }

    /** The times that are of lately, the shortest first. */
    private long[] lately(long second) {
        long[] times = new long[SAMPLES];
        int count = 0;
        for (int i = 0; i < Math.min(sampled, SAMPLES); i++) {
            if (sampledAt[i] > second - SAMPLE_SECONDS) {
                times[count++] = nanos[i];
            }
        }
        long[] sorted = Arrays.copyOf(times, count);
        Arrays.sort(sorted);
        return sorted;
    }

    Instant lastSeen() {
        return lastSeen;
    }

    Edge edge(long second) {
        double over = Math.max(1, Math.min(SECONDS, second - firstSecond));
        long messages = Math.max(sent.before(second), received.before(second));
        long errors = Math.max(failedHere.before(second), failedThere.before(second));
        long[] sorted = lately(second);
        return new Edge(
                from,
                to,
                channel,
                style,
                messages / over,
                errors / over,
                at(sorted, 0.5),
                at(sorted, 0.99),
                Math.max(sent.all(), received.all()),
                Math.max(failedHere.all(), failedThere.all()),
                lastSeen);
    }

    private static long at(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, (long) (sorted.length * share))];
    }
}
