package io.parley.console.web;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that read requests and answer them, one for each connection on which a request is under way. A thread that waits for its
 * browser does so for a limited time; then it is interrupted, which closes the connection. Thread-safe.
 */
final class PageThreads implements Executor, AutoCloseable {

    /** How long a request may take to arrive, body included, from its first byte on. */
    static final Duration ARRIVAL = Duration.ofSeconds(10);

    /** How long a browser may take to read an answer, or one event of a stream. */
    static final Duration READING = Duration.ofSeconds(20);

    private static final Duration LOOKING = Duration.ofMillis(250);

    private final Duration arrival;
    private final Duration reading;
    private final Map<Thread, Turn> turns = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "page-patience"));

    /** @param most how many threads there are at most; who comes beyond that is turned away */
    PageThreads(int most) {
        this(most, ARRIVAL, READING, LOOKING);
    }

    PageThreads(int most, Duration arrival, Duration reading, Duration looking) {
        this.arrival = arrival;
        this.reading = reading;
        var count = new AtomicInteger();
        ThreadFactory naming = task -> daemon(task, "page-" + count.incrementAndGet());
        // No queue: a thread at once, or the connection is given up.
        threads = new ThreadPoolExecutor(0, most, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), naming);
        clock.scheduleWithFixedDelay(this::look, looking.toNanos(), looking.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Thread daemon(Runnable task, String name) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void look() {
        long now = System.nanoTime();
        turns.values().forEach(turn -> turn.endIfOverdue(now));
    }

    /** Runs a task that begins with a request that has yet to arrive. */
    @Override
    public void execute(Runnable task) {
        threads.execute(() -> {
            var turn = new Turn();
            turn.awaitRequest();
            turns.put(turn.thread, turn);
            try {
                task.run();
            } finally {
                turns.remove(turn.thread);
                turn.awaitNobody();
                // The thread is used again: an interrupt that came too late must not reach who is next.
                Thread.interrupted();
            }
        });
    }

    /** That of the task that the calling thread runs. */
    Turn turn() {
        Turn turn = turns.get(Thread.currentThread());
        if (turn == null) {
            throw new IllegalStateException("expected a thread of the page's own");
        }
        return turn;
    }

    /** Interrupts all threads. */
    @Override
    public void close() {
        clock.shutdownNow();
        threads.shutdownNow();
    }

    /** A thread's work for one request. Only its own thread says for whom it waits. Thread-safe. */
    final class Turn {

        private final Thread thread = Thread.currentThread();
        private boolean isWaiting;
        private long deadline;

        /** From now on, the browser has to send. */
        void awaitRequest() {
            await(arrival);
        }

        /** From now on, the browser has to read. */
        void awaitReader() {
            await(reading);
        }

        private synchronized void await(Duration limit) {
            deadline = System.nanoTime() + limit.toNanos();
            isWaiting = true;
        }

        /** From now on, what takes time is our own work. */
        synchronized void awaitNobody() {
            isWaiting = false;
        }

        private synchronized void endIfOverdue(long now) {
            if (isWaiting && now - deadline >= 0) {
                isWaiting = false;
                thread.interrupt();
            }
        }
    }
}
