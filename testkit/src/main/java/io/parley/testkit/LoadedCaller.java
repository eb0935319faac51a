package io.parley.testkit;

import io.parley.DeadLetter;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.Requestor;
import io.parley.Sender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Puts a {@link LoadedService} under load: so many requests and so many one-way messages a second, until it is stopped. It counts what becomes
 * of them. Thread-safe.
 */
public final class LoadedCaller implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Peer peer;
    private final Thread thread;
    private final AtomicLong pending = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<DeadLetter> deadLetters = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    /** @param perSecond how many requests, and how many one-way messages, a second */
    public LoadedCaller(PeerBuilder builder, int perSecond) throws InterruptedException {
        peer = builder.onDeadLetter(deadLetters::add)
                .onError((what, cause) -> {})
                .closeTimeout(LIMIT)
                .open();
        if (!peer.awaitReachable(LoadedService.ASK, LIMIT) || !peer.awaitReachable(LoadedService.TELL, LIMIT)) {
            peer.close();
            throw new IllegalStateException("No instance can be reached within " + LIMIT);
        }
        thread = new Thread(() -> call(perSecond), "loaded-caller");
        thread.start();
    }

    private void call(int perSecond) {
        Requestor<String, String> requestor = peer.requestor(LoadedService.ASK);
        Sender<String> sender = peer.sender(LoadedService.TELL);
        long begun = System.nanoTime();
        for (long i = 0; !stopped; i++) {
            long due = begun + i * 1_000_000_000L / perSecond;
            while (due - System.nanoTime() > 0 && !stopped) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            asked.incrementAndGet();
            await(requestor.requestAsync("ask " + i, LIMIT));
            await(sender.sendAsync("tell " + i).whenComplete((id, failure) -> {
                if (failure == null) {
                    accepted.incrementAndGet();
                }
            }));
        }
    }

    private void await(CompletableFuture<?> outcome) {
        pending.incrementAndGet();
        outcome.whenComplete((value, failure) -> {
            if (failure != null) {
                failures.add(failure);
            }
            pending.decrementAndGet();
        });
    }

    /** Calls no more, and waits until it is known what became of all calls. */
    public void stop() throws InterruptedException {
        stopped = true;
        thread.join();
        Await.until(() -> pending + " calls to be over", LIMIT, () -> pending.get() == 0);
    }

    /** How many requests were made. */
    public long asked() {
        return asked.get();
    }

    /** How many one-way messages were accepted. */
    public long accepted() {
        return accepted.get();
    }

    /** What requests and one-way messages have failed with. */
    public List<Throwable> failures() {
        return new ArrayList<>(failures);
    }

    public List<DeadLetter> deadLetters() {
        return new ArrayList<>(deadLetters);
    }

    /** The peer that calls. */
    public Peer peer() {
        return peer;
    }

    @Override
    public void close() {
        stopped = true;
        peer.close();
    }
}
