package io.parley.console.observe;

import io.parley.console.flow.Flow;
import java.time.Instant;
import java.util.Arrays;

/** Counts what flows along one edge, second by second. Confined to {@link Edges}, which guards it. */
final class EdgeFigures {

    /** Over how many whole seconds a rate is taken. */
    private static final int SECONDS = 5;

    private static final int SLOTS = SECONDS + 2;
    private static final int SAMPLES = 256;

    private final String from;
    private final String to;
    private final String channel;
    private final String style;
    private final long firstSecond;

    /** What either end told of: a message may be told by both, or by one alone. */
    private final Count sent = new Count();

    private final Count received = new Count();
    private final Count failedThere = new Count();
    private final Count failedHere = new Count();
    private final long[] nanos = new long[SAMPLES];
    private int sampled;
    private Instant lastSeen = Instant.EPOCH;

    /** So many in each of the last seconds, and in all. */
    private static final class Count {

        private final long[] perSecond = new long[SLOTS];
        private final long[] seconds = new long[SLOTS];
        private long all;

        void add(long second, long many) {
            int slot = (int) Math.floorMod(second, (long) SLOTS);
            if (seconds[slot] != second) {
                seconds[slot] = second;
                perSecond[slot] = 0;
            }
            perSecond[slot] += many;
            all += many;
        }

        /** In the seconds before this one. */
        long before(long second) {
            long sum = 0;
            for (int i = 0; i < SLOTS; i++) {
                if (seconds[i] < second && seconds[i] >= second - SECONDS) {
                    sum += perSecond[i];
                }
            }
            return sum;
        }
    }

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
            case ANSWERED -> sample(flow.nanos());
            case HANDLED -> {
                if (!isAnswered()) {
                    sample(flow.nanos());
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

    private void sample(long took) {
        nanos[sampled++ % SAMPLES] = took;
    }

    Edge edge(long second) {
        double over = Math.max(1, Math.min(SECONDS, second - firstSecond));
        long messages = Math.max(sent.before(second), received.before(second));
        long errors = Math.max(failedHere.before(second), failedThere.before(second));
        long[] sorted = Arrays.copyOf(nanos, Math.min(sampled, SAMPLES));
        Arrays.sort(sorted);
        return new Edge(
                from,
                to,
                channel,
                style,
                messages / over,
                errors / over,
                at(sorted, 0.5),
                at(sorted, 0.99),
                Math.max(sent.all, received.all),
                Math.max(failedHere.all, failedThere.all),
                lastSeen);
    }

    private static long at(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, (long) (sorted.length * share))];
    }
}
