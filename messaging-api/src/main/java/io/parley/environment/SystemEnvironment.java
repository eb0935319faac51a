package io.parley.environment;

import io.parley.time.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** The real world. Thread-safe. */
final class SystemEnvironment implements Environment, TimeSource {

    static final SystemEnvironment INSTANCE = new SystemEnvironment();

    private static final Logger LOG = System.getLogger(SystemEnvironment.class.getName());

    /** Identities must not collide between processes started at the same instant, so their bits come from the system. */
    private final SecureRandom identities = new SecureRandom();

    private final ScheduledThreadPoolExecutor timers;

    private SystemEnvironment() {
        timers = new ScheduledThreadPoolExecutor(1, task -> newThread("parley-timers", task));
        timers.setRemoveOnCancelPolicy(true);
    }

    @Override
    public TimeSource time() {
        return this;
    }

    @Override
    public RandomGenerator random() {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return identities.nextLong();
            }

            @Override
            public int nextInt(int bound) {
                return ThreadLocalRandom.current().nextInt(bound);
            }

            @Override
            public double nextDouble() {
                return ThreadLocalRandom.current().nextDouble();
            }
        };
    }

    @Override
    public Pool openPool(String name, int threads) {
        var number = new AtomicInteger();
        var waiting = new HandedOver();
        var executor = new ThreadPoolExecutor(
                1,
                threads,
                30,
                TimeUnit.SECONDS,
                waiting,
                task -> newThread(name + "-" + number.incrementAndGet(), task),
                waiting::queue);
        executor.allowCoreThreadTimeOut(true);
        return new Pool() {
            @Override
            public void execute(Runnable task) {
                executor.execute(task);
            }

            @Override
            public void close() {
                executor.shutdown();
            }
        };
    }

    /**
     * A queue that takes a task only where a thread waits for it, so that the pool makes another one only when all are busy, and not
     * for each task until it has as many as it may. What comes when there are as many waits here.
     */
    private static final class HandedOver extends LinkedTransferQueue<Runnable> {

        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        private void queue(Runnable task, ThreadPoolExecutor pool) {
            if (pool.isShutdown()) {
                throw new RejectedExecutionException("The pool is closed");
            }
            super.offer(task); // put may come by our offer, on newer JDKs
            if (pool.isShutdown() && remove(task)) {
                throw new RejectedExecutionException("The pool is closed");
            }
        }
    }

    @Override
    public Thread newThread(String name, Runnable loop) {
        var thread = new Thread(loop, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Instant wallClock() {
        return Instant.now();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        ScheduledFuture<?> scheduled =
                timers.schedule(() -> runLogged(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    private static void runLogged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "A timer's task failed", e);
        }
    }
}
