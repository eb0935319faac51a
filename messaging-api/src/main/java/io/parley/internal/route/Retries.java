package io.parley.internal.route;

import io.parley.failure.FaultCode;
import io.parley.failure.MessagingException;
import io.parley.failure.RefusedException;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends again what was certainly not begun: messages that an instance refused as busy or because it goes, and those that were never sent as
 * their link broke. Each is sent {@value #MOST_ATTEMPTS} times at most, within its own time limit. The second time it goes to another instance
 * at once, if one takes it. In all other cases:
 *
 * <ul>
 *   <li>a message that lost its link, or that an instance refused as it goes, is handed at once to an instance or to those who wait for one;
 *   <li>a message that an instance refused which stays is sent after a random pause, whose bound grows fourfold from the second time, 25 ms,
 *       to the fifth. If it was refused as busy, that is paid from a {@link RetryBudget}; where that is used up, the message fails.
 * </ul>
 *
 * <p>A message that fails does so with the latest refusal. What pauses is this class's to settle, as nobody else knows of it: it fails when its
 * time is up, or when {@link #close} ends the pauses. It is paid for as what waits for an instance is, and fails if there is no room.
 *
 * <p>Confined to the I/O context.
 */
final class Retries {

    static final int MOST_ATTEMPTS = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
    private static final int GROWTH = 4;

    private final PeerContext core;
    private final Ways ways;
    private final RetryBudget budget;
    /** What pauses, and why it was not begun when it was sent last. */
    private final Map<Dispatch, MessagingException> paused = new LinkedHashMap<>();

    /** The ways to the instances of one service. */
    interface Ways {

        /** Offers a message at once to those that it may go to, but for one; false if none takes it. */
        boolean offerToOthers(Dispatch outgoing, @Nullable OutboundLink not);

        /** Hands a message to an instance, or has it wait for one, or fails it. */
        void dispatch(Dispatch outgoing);

        /** Whether messages may still go out on this link. */
        boolean isUsable(OutboundLink link);

        boolean isClosed();

        /** Sees to it that {@link Retries#sweep} is called, until it answers that nothing is left. */
        void armSweep();
    }

    /** @param sent how many messages were sent to the service */
    Retries(PeerContext core, Ways ways, LongSupplier sent) {
        this.core = core;
        this.ways = ways;
        budget = new RetryBudget(core.time, sent);
    }

    /** Whether a refusal is one that another instance, or the same a moment later, may not repeat. */
    static boolean isRetryable(WireMessage fault) {
        return fault.fault() == FaultCode.BUSY.wireValue() || fault.fault() == FaultCode.GOING_AWAY.wireValue();
    }

    /**
     * Sends a message again, or fails it with {@code cause}.
     *
     * @param from the link that it went out on
     * @param cause why it was not begun there
     */
    void again(Dispatch outgoing, OutboundLink from, MessagingException cause) {
        try {
            tryAgain(outgoing, from, cause);
        } catch (Throwable e) {
            // Such as no memory: nobody else would ever settle it.
            outgoing.fail(cause);
            throw e;
        }
    }

    private void tryAgain(Dispatch outgoing, OutboundLink from, MessagingException cause) {
        if (ways.isClosed()
                || outgoing.target() != 0
                || outgoing.attempts >= MOST_ATTEMPTS
                || outgoing.deadline.hasPassed()) {
            outgoing.fail(cause);
            return;
        }
        outgoing.attempts++;
        outgoing.onAgain(cause);
        if (outgoing.attempts == 2 && ways.offerToOthers(outgoing, from)) {
            core.counters.resent.increment();
        } else if (!ways.isUsable(from) && !isBusy(cause)) {
            core.counters.resent.increment();
            ways.dispatch(outgoing);
        } else if (isBusy(cause) && !budget.tryTake()) {
            outgoing.fail(cause);
        } else {
            pause(outgoing, cause);
        }
    }

    private static boolean isBusy(MessagingException cause) {
        return cause instanceof RefusedException refused && refused.code() == FaultCode.BUSY;
    }

    private void pause(Dispatch outgoing, MessagingException cause) {
        long bytes = WaitQueue.EACH + outgoing.bytes();
        if (!core.memory.waiting.take(bytes)) {
            core.memory.waiting.refused("A message on " + outgoing.channel + " cannot be sent again", bytes);
            outgoing.fail(cause);
            return;
        }
        outgoing.paid = bytes;
        paused.put(outgoing, cause);
        ways.armSweep();
        core.time.schedule(pause(outgoing.attempts), () -> core.port().execute(() -> afterPause(outgoing)));
    }

    private void afterPause(Dispatch outgoing) {
        MessagingException cause = paused.remove(outgoing);
        if (cause == null) {
            return;
        }
        giveBack(outgoing);
        if (outgoing.isAbandoned()) {
            return;
        }
        if (ways.isClosed() || outgoing.deadline.hasPassed()) {
            outgoing.fail(cause);
            return;
        }
        try {
            core.counters.resent.increment();
            ways.dispatch(outgoing);
        } catch (Throwable e) {
            outgoing.fail(cause);
            throw e;
        }
    }

    /** Whether nothing pauses. */
    boolean isEmpty() {
        return paused.isEmpty();
    }

    /** Fails what pauses beyond its deadline; answers whether anything is left. */
    boolean sweep() {
        paused.entrySet().removeIf(each -> isOver(each.getKey(), each.getValue()));
        return !paused.isEmpty();
    }

    private boolean isOver(Dispatch outgoing, MessagingException cause) {
        if (!outgoing.isAbandoned() && outgoing.deadline.hasPassed()) {
            outgoing.fail(cause);
        }
        if (outgoing.isAbandoned()) {
            giveBack(outgoing);
            return true;
        }
        return false;
    }

    private void giveBack(Dispatch outgoing) {
        core.memory.waiting.give(outgoing.paid);
        outgoing.paid = 0;
    }

    /** Fails what pauses. */
    void close() {
        List<Map.Entry<Dispatch, MessagingException>> all = new ArrayList<>(paused.entrySet());
        paused.clear();
        for (Map.Entry<Dispatch, MessagingException> each : all) {
            giveBack(each.getKey());
            each.getKey().fail(each.getValue());
        }
    }

    /** Between nothing and a pause that grows: those who were refused together shall not come back together. */
    private Duration pause(int attempts) {
        long longest = FIRST_PAUSE.toNanos();
        for (int i = 2; i < attempts; i++) {
            longest *= GROWTH;
        }
        return Duration.ofNanos(core.config.plugins().environment().random().nextLong(longest) + 1);
    }
}
