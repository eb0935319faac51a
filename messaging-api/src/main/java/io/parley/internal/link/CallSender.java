package io.parley.internal.link;

import io.parley.failure.LinkLostException;
import io.parley.failure.OverloadedException;
import io.parley.failure.TimedOutException;
import io.parley.failure.UndecodableReplyException;
import io.parley.internal.lane.TaskBatch;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests that go out on one link and matches the answers that come back. {@link #call}, {@link #giveUp}, {@link #timeOut},
 * {@link #onForwarded}, {@link #onOver} and {@link #outstanding} are thread-safe, the rest is confined to the I/O context.
 */
public final class CallSender {

    private final LinkContext links;
    private final PeerContext core;
    private final SendBuffer outbox;
    private final LinkHealth health;
    private final Listener link;

    /** Calls that await an answer on this link. */
    private final AtomicInteger outstanding = new AtomicInteger();

    /** Answers of the frame that is being read, on their way to those who await them. */
    private final TaskBatch answers = new TaskBatch();

    /** The link that the calls go out on. Called in the I/O context. */
    interface Listener extends PendingCall.Carrier {

        /**
         * A fault came for a call that is awaited no more, and not settled.
         *
         * @return whether it is tried again, and so is settled later
         */
        boolean onRefused(PendingCall call, WireMessage fault);

        /** An answer arrived that nobody awaits. */
        void onUnawaited(WireMessage answer, Unawaited why);

        /** An answer came from an instance that had been avoided: it works again. */
        void onProved();

        /** So many requests in a row were not answered in time that something may be wrong. */
        void onTimeouts();

        /** Names the other end, for people. */
        String other();
    }

    /** Why an answer finds nobody waiting. */
    public enum Unawaited {
        LATE,
        DUPLICATE,
        UNCLAIMED
    }

    CallSender(LinkContext links, SendBuffer outbox, LinkHealth health, Listener link) {
        this.links = links;
        core = links.core;
        this.outbox = outbox;
        this.health = health;
        this.link = link;
    }

    /** Returns how many requests await an answer on this link, those of other peers included. */
    int outstanding() {
        return outstanding.get();
    }

    /** Counts another peer's request, which was sent. */
    void onForwarded() {
        outstanding.incrementAndGet();
    }

    /** A request does not await its answer any more. */
    void onOver() {
        outstanding.decrementAndGet();
    }

    /** Hands over a request, if there is credit, and from then on awaits the answer. */
    Verdict call(WireMessage request, PendingCall call) {
        outstanding.incrementAndGet();
        links.awaited.put(call);
        Verdict verdict;
        try {
            verdict = outbox.offer(request);
        } catch (Throwable e) {
            remove(call);
            throw e;
        }
        if (verdict != Verdict.ACCEPTED && !remove(call)) {
            // The link ended in between and has failed the call already.
            return Verdict.ACCEPTED;
        }
        return verdict;
    }

    /**
     * Awaits the answer to a call no more.
     *
     * @return false if the answer is already on its way to the caller
     */
    boolean giveUp(PendingCall call) {
        if (!remove(call)) {
            return false;
        }
        outbox.add(new Control.Cancel(core.incarnation, call.sequence()));
        return true;
    }

    /**
     * Fails a call whose time is up.
     *
     * @return false if the answer is already on its way to the caller
     */
    boolean timeOut(PendingCall call) {
        if (!giveUp(call)) {
            return false;
        }
        call.fail(new TimedOutException("No answer on " + call.channel() + " within the time limit"));
        if (health.onTimedOut()) {
            core.port().execute(link::onTimeouts);
        }
        return true;
    }

    private boolean remove(PendingCall call) {
        if (!links.awaited.remove(call)) {
            return false;
        }
        // A caller that gives up may be a moment behind a call that has gone to another link meanwhile.
        PendingCall.Carrier on = call.link();
        (on == null ? link : on).onCallOver();
        return true;
    }

    /** An answer arrived, or a fault instead. */
    void onAnswer(WireMessage answer) {
        if (answer.inReplyTo == null || answer.inReplyTo.incarnation() != core.incarnation) {
            link.onUnawaited(answer, Unawaited.UNCLAIMED);
            return;
        }
        onAnswered();
        long sequence = answer.inReplyTo.sequence();
        PendingCall call = links.awaited.get(sequence);
        if (call != null && call.link() == link && remove(call)) {
            if (answer.kind() == EnvelopeKind.FAULT && link.onRefused(call, answer)) {
                return;
            }
            links.answered.add(sequence);
            if (answer.isCut()) {
                failCut(call);
                return;
            }
            core.counters.received.increment();
            Runnable rest = call.answer(answer);
            if (rest != null) {
                answers.add(rest);
            }
        } else {
            link.onUnawaited(answer, whyUnawaited(answer.inReplyTo, call));
        }
    }

    private void failCut(PendingCall call) {
        core.memory.unfinished.refused("An answer of " + link.other() + " on " + call.channel() + " was dropped");
        call.fail(new UndecodableReplyException(
                "The answer on " + call.channel() + " was dropped as it arrived: " + core.memory.unfinished.describe(),
                new OverloadedException("No memory for the answer")));
    }

    /** Records that the instance has answered. */
    void onAnswered() {
        if (health.onAnswered()) {
            link.onProved();
        }
    }

    /** Hands the answers of the frame that was read to the threads of the callers. */
    void flushAnswers() {
        if (!answers.isEmpty()) {
            answers.offerTo(core.callers, Runnable::run);
        }
    }

    /**
     * Whatever this peer has sent and does not await can only be late, or a second answer. A number that it has not given out yet, or
     * whose answer is awaited from another instance, is not this one's to answer.
     *
     * @param awaited the call of that number, if it awaits its answer
     */
    private Unawaited whyUnawaited(MessageId question, @Nullable PendingCall awaited) {
        if (awaited != null || !core.hasGivenOut(question)) {
            return Unawaited.UNCLAIMED;
        }
        return links.answered.contains(question.sequence()) ? Unawaited.DUPLICATE : Unawaited.LATE;
    }

    /** Awaits the answer to the call with this number no more, and returns the call; null if there is none on this link. */
    @Nullable
    PendingCall takeOut(long sequence) {
        PendingCall call = links.awaited.get(sequence);
        return call != null && call.link() == link && remove(call) ? call : null;
    }

    /** Fails the calls that await an answer on this link, which has ended. */
    void failAll(String reason) {
        links.awaited.forEach(call -> {
            if (call.link() == link && remove(call)) {
                call.fail(new LinkLostException("The link to " + link.other() + " was lost before it answered on "
                        + call.channel() + ": " + reason));
            }
        });
    }
}
