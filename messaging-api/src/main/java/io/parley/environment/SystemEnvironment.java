package io.parley.environment;

import io.parley.time.TimeSource;
import io.parley.time.Timers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.Thread.UncaughtExceptionHandler;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The real world. It holds no thread, so that nothing is shared between those who use it. Thread-safe. */
final class SystemEnvironment implements Environment, TimeSource {

    static final SystemEnvironment INSTANCE = new SystemEnvironment(new SecureRandom(), null);

    private static final Logger LOG = System.getLogger(SystemEnvironment.class.getName());

    /** Identities must not collide between processes started at the same instant, so their bits come from the system. */
    private final SecureRandom identities;

    /** Null for threads that leave it to the JVM. */
    private final @Nullable UncaughtExceptionHandler uncaught;

    private SystemEnvironment(SecureRandom identities, @Nullable UncaughtExceptionHandler uncaught) {
        this.identities = identities;
        this.uncaught = uncaught;
    }

    @Override
    public Environment reportingTo(UncaughtExceptionHandler handler) {
        return new SystemEnvironment(identities, handler);
    }

    @Override
    public TimeSource time() {
        return this;
    }

    @Override
    public Timers openTimers(String name) {
        UncaughtExceptionHandler handler = uncaught;
        return new ThreadTimers(
                this, task -> newThread(name, task), handler != null ? handler : SystemEnvironment::log);
    }

    @Override
    public Alarm openAlarm(String name, Runnable task) {
        return new ThreadAlarm(loop -> newThread(name, loop), task);
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
        UncaughtExceptionHandler handler = uncaught;
        Thread thread = handler == null ? detached(name, loop) : new Thread(loop, name);
        thread.setDaemon(true);
        if (handler != null) {
            thread.setUncaughtExceptionHandler(handler);
        }
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

    /**
     * A thread that keeps nothing of whoever had it made: several peers may share it, as a registry's, and their applications may each
     * have a class loader of their own.
     */
    @SuppressWarnings("removal") // Before JDK 24 a thread keeps all classes on the stack that made it, but for this.
    private static Thread detached(String name, Runnable loop) {
        Thread thread =
                AccessController.doPrivileged((PrivilegedAction<Thread>) () -> new Thread(null, loop, name, 0, false));
        thread.setContextClassLoader(SystemEnvironment.class.getClassLoader());
        return thread;
    }

    private static void log(Thread thread, Throwable cause) {
        LOG.log(Level.ERROR, "A task of " + thread.getName() + " failed", cause);
    }
}
