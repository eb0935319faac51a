package io.parley.internal.pointtopoint;

import io.parley.failure.InterruptedCallException;
import io.parley.failure.MessagingException;
import io.parley.failure.PeerClosedException;
import io.parley.internal.route.Attempt;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Message;
import io.parley.time.Deadline;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A request whose caller waits in its own thread, which is the one that makes it. */
final class BlockingRequest<A> extends Request<A> {

    /** While the request waits for a link, somebody else watches the deadline; the caller looks again this often, in nanoseconds. */
    private static final long LOOK_AGAIN = 10_000_000;

    private final Thread caller = Thread.currentThread();
    private volatile @Nullable WireMessage answer;
    private volatile @Nullable MessagingException failure;

    BlockingRequest(RequestTarget<A> target, WireMessage message, Deadline deadline) {
        super(target, message, deadline, IfFull.FAIL);
    }

    @Override
    @Nullable
    Runnable onAnswer(WireMessage answer) {
        this.answer = answer;
        LockSupport.unpark(caller);
        return null;
    }

    @Override
    void onFailure(MessagingException cause) {
        this.failure = cause;
        LockSupport.unpark(caller);
    }

    /**
     * Waits for the answer, and returns it.
     *
     * @throws MessagingException the reason why there is none
     * @throws InterruptedCallException if the caller is interrupted; its flag stays set
     */
    Message<A> await() {
        while (true) {
            WireMessage arrived = answer;
            if (arrived != null) {
                return decode(arrived);
            }
            MessagingException failed = failure;
            if (failed != null) {
                throw failed;
            }
            if (!Thread.currentThread().isInterrupted()) {
                waitOn();
            } else if (abandon()) {
                throw interrupted("while awaiting the answer on " + channel, stopAwaiting());
            }
        }
    }

    private void waitOn() {
        long left = deadline.remainingNanos();
        Attempt under = attempt();
        if (left > 0) {
            LockSupport.parkNanos(this, left);
        } else if (under == null || !under.timeOut()) {
            LockSupport.parkNanos(this, LOOK_AGAIN);
            if (under == null && core.isFinished()) {
                // Whoever watches the deadlines of what waits for a link has ended.
                fail(new PeerClosedException("Peer " + core.name + " was closed"));
            }
        }
    }

    static InterruptedCallException interrupted(String when, boolean isSent) {
        return new InterruptedCallException("Interrupted " + when, isSent, new InterruptedException());
    }
}
