package io.parley.consul;

import io.parley.environment.Environment;
import io.parley.environment.Safely;
import io.parley.time.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs watches in rounds: each waits at Consul for news once, and is due again after a pause. There are as many threads as watches,
 * though no more than connections are allowed; beyond that watches take turns. Thread-safe.
 */
final class WatchLanes implements AutoCloseable {

    private static final Logger LOG = System.getLogger(ConsulDiscovery.class.getName());

    /** Something to be done in rounds, never two at a time. */
    interface Rounds {

        /** Does one and tells how long to pause; null if there are to be no more. */
        @Nullable
        Duration round();
    }

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private record Due(Rounds rounds, long at, long number) {}

    private final Environment environment;
    private final TimeSource time;
    private final int most;
    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::number));
    private int watches;
    private int lanes;
    private int started;
    private long numbered;
    private boolean isClosed;

    WatchLanes(Environment environment, int most) {
        this.environment = environment;
        this.time = environment.time();
        this.most = most;
    }

    synchronized void add(Rounds rounds) {
        watches++;
        due.add(new Due(rounds, time.nanoTime(), numbered++));
        if (lanes < Math.min(most, watches)) {
            lanes++;
            environment.newThread("parley-consul-watch-" + ++started, this::run).start();
        }
        notifyAll();
    }

    /** There are no more rounds of it; one that is under way has to come to an end by itself. */
    synchronized void remove(Rounds rounds) {
        if (due.removeIf(each -> each.rounds == rounds)) {
            watches--;
            notifyAll();
        }
    }

    /** Whether there are more watches than may wait at a time. */
    synchronized boolean isCrowded() {
        return watches > most;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        due.clear();
        notifyAll();
    }

    private void run() {
        try {
            for (Rounds next = take(); next != null; next = take()) {
                giveBack(next, roundOf(next));
            }
        } catch (InterruptedException e) {
            // Nobody is to do that; but whoever does wants this to end.
            Thread.currentThread().interrupt();
        }
    }

    /** What a round throws, as for want of memory, must not end the watch: others go by it. */
    private static @Nullable Duration roundOf(Rounds rounds) {
        var pause = new Duration[] {AFTER_FAILURE};
        Safely.run(
                () -> pause[0] = rounds.round(),
                failure -> LOG.log(Level.ERROR, "A round of a watch failed; the next one follows", failure));
        return pause[0];
    }

    /** What is due next; null if this thread is not needed any more. */
    private synchronized @Nullable Rounds take() throws InterruptedException {
        while (!isClosed && lanes <= Math.min(most, watches)) {
            Due first = due.peek();
            if (first == null) {
                wait();
                continue;
            }
            long nanos = first.at - time.nanoTime();
            if (nanos <= 0) {
                due.remove();
                return first.rounds;
            }
            wait(nanos / 1_000_000 + 1);
        }
        lanes--;
        return null;
    }

    private synchronized void giveBack(Rounds rounds, @Nullable Duration pause) {
        if (pause == null) {
            watches--;
        } else if (!isClosed) {
            due.add(new Due(rounds, time.nanoTime() + pause.toNanos(), numbered++));
        }
        notifyAll();
    }
}
