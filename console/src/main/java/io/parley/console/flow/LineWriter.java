package io.parley.console.flow;

import io.parley.environment.Safely;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes lines in a thread of its own, so that those who have something to tell need not wait for a slow reader. Of what
 * would be too much it drops lines and counts them. Thread-safe.
 */
public final class LineWriter implements AutoCloseable {

    private static final int MOST_WAITING = 50_000;
    private static final long IDLE_MILLIS = 100;

    private final BlockingQueue<Supplier<String>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong dropped = new AtomicLong();
    private final Consumer<String> output;
    private final Runnable whenIdle;
    private final Thread thread;
    private volatile boolean isClosed;

    /** @param whenIdle is called in the thread that writes, between lines, several times a second */
    public LineWriter(Consumer<String> output, Runnable whenIdle) {
        this.output = output;
        this.whenIdle = whenIdle;
        this.thread = new Thread(this::run, "parley-output");
        thread.setDaemon(true);
        thread.start();
    }

    /** Has {@code line} made and written, soon. */
    public void write(Supplier<String> line) {
        if (!waiting.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    /** How many lines were not written. */
    public long dropped() {
        return dropped.get();
    }

    /** Writes what is waiting, then ends; an interrupt ends the wait for that. */
    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void onFailed(Throwable e) {
        System.getLogger(LineWriter.class.getName()).log(System.Logger.Level.WARNING, "A line could not be written", e);
    }

    private void run() {
        long lastIdle = System.nanoTime();
        try {
            while (true) {
                boolean isLast = isClosed;
                Supplier<String> line = waiting.poll(isLast ? 0 : IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (line != null) {
                    if (!Safely.run(() -> output.accept(line.get()), LineWriter::onFailed)) {
                        dropped.incrementAndGet();
                    }
                } else if (isLast) {
                    return;
                }
                if (System.nanoTime() - lastIdle > TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS)) {
                    lastIdle = System.nanoTime();
                    Safely.run(whenIdle, LineWriter::onFailed);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
