package io.parley.benchmarks.worker;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A part with a thread that initiates messages over a link until it is told to stop. Confined as other parts are; what the
 * initiating thread and those that answer touch is thread-safe.
 */
abstract class InitiatingPart implements Part {

    /** Three digits; whatever takes longer than a minute counts as that. */
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

    final Link link;
    final int size;
    final Tally initiated = Tally.single();
    private final Tally arrived;
    private final Recorder recorder = new Recorder(LONGEST, 3);

    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;
    private @Nullable Thread thread;

    InitiatingPart(Link link, int size, Tally arrived) {
        this.link = link;
        this.size = size;
        this.arrived = arrived;
    }

    /** Runs on a thread of its own until {@link #isStopped}, and then until nothing is outstanding. */
    abstract void work() throws Exception;

    @Override
    public final String open() throws Exception {
        return link.open();
    }

    @Override
    public final void begin(String address) throws Exception {
        link.connect(address);
        var worker = new Thread(this::workOrFail, "initiator");
        worker.setDaemon(true);
        thread = worker;
        worker.start();
    }

    @Override
    public void stop() throws Exception {
        stopped = true;
        if (thread != null) {
            awaitEnd(thread);
        }
        failIfFailed();
    }

    static void awaitEnd(Thread thread) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(20));
        if (thread.isAlive()) {
            throw new IllegalStateException("Something is outstanding still, 20 s after the last message");
        }
    }

    @Override
    public final void failIfFailed() {
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("The initiator failed", cause);
        }
    }

    @Override
    public final void close() {
        link.close();
    }

    @Override
    public final Tally initiated() {
        return initiated;
    }

    @Override
    public final Tally arrived() {
        return arrived;
    }

    /** The times recorded since it was last asked. */
    final Histogram times() {
        return recorder.getIntervalHistogram();
    }

    final boolean isStopped() {
        return stopped || failure != null;
    }

    final void failed(Throwable cause) {
        failure = cause;
    }

    /** The next message's number. */
    final long next() {
        long number = initiated.count() + 1;
        initiated.add(number);
        return number;
    }

    final void took(long nanos) {
        recorder.recordValue(Math.min(nanos, LONGEST));
    }

    private void workOrFail() {
        try {
            work();
        } catch (Throwable e) {
            failure = e;
        }
    }
}
