package io.parley.benchmarks.worker;

import io.parley.benchmarks.Case;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests at a fixed rate. Each time is taken from the moment at which the request was due, so a contender that holds the
 * initiator up pays for all that could not be sent meanwhile (nothing is omitted in coordination with it). At most 1,024 are
 * outstanding, so that one that never catches up does not fill the heap; its times grow all the same. Confined as other parts are.
 */
final class Paced extends InitiatingPart implements Answered<byte[]> {

    private static final int OUTSTANDING = 1024;

    private final Semaphore room = new Semaphore(OUTSTANDING);
    private final long interval;
    private volatile long start;

    Paced(Link link, Case which) {
        super(link, which.size(), Tally.shared());
        interval = TimeUnit.SECONDS.toNanos(1) / which.load();
    }

    @Override
    void work() throws Exception {
        start = System.nanoTime();
        while (!isStopped()) {
            long number = next();
            for (long left = due(number) - System.nanoTime(); left > 0; left = due(number) - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            room.acquire();
            link.ask(Payloads.make(size, number), this);
        }
        room.acquire(OUTSTANDING);
    }

    @Override
    public void onAnswer(byte[] answer) {
        long number = Payloads.number(answer);
        took(System.nanoTime() - due(number));
        arrived().add(number);
        room.release();
    }

    @Override
    public void onFailure(Throwable cause) {
        failed(cause);
        room.release();
    }

    private long due(long number) {
        return start + number * interval;
    }
}
