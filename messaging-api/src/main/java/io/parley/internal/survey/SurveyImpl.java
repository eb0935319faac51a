package io.parley.internal.survey;

import io.parley.Survey;
import io.parley.channel.SurveyChannel;
import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import io.parley.failure.MessagingException;
import io.parley.failure.UndecodableReplyException;
import io.parley.internal.convert.Faults;
import io.parley.internal.convert.MessageDecoding;
import io.parley.internal.convert.ThrowableText;
import io.parley.internal.lane.Lane;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.observe.FlowStep;
import io.parley.time.Deadline;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** A survey under way. Thread-safe. */
final class SurveyImpl<A> implements Survey<A> {

    /** What a response in hand takes besides its octets. */
    private static final int EACH = 512;

    private final PeerContext core;
    private final SurveyChannel<?, A> channel;
    private final Codec codec;
    private final WireMessage question;
    private final Deadline deadline;
    private final Deadline forgetAt;
    private final int count;
    private final long askedAt;
    /** Decodes and tells one response at a time, in the order of arrival. */
    private final Lane lane;

    private final CompletableFuture<List<Message<A>>> ended = new CompletableFuture<>();
    /** Who has answered: a second response is dropped. Confined to the I/O context. */
    private final Set<Long> responders = new HashSet<>();

    /** Guarded by this object, as are the fields below. */
    private final List<Message<A>> responses = new ArrayList<>();

    private final List<Message<A>> lateOnes = new ArrayList<>();
    private final List<RuntimeException> faults = new ArrayList<>();
    private final List<Consumer<Message<A>>> listeners = new ArrayList<>();
    private final List<Consumer<Message<A>>> lateListeners = new ArrayList<>();
    private boolean over;
    /** What the responses have cost of the peer's memory. */
    private long paid;

    private boolean forgotten;

    SurveyImpl(
            PeerContext core,
            SurveyChannel<?, A> channel,
            WireMessage question,
            Deadline deadline,
            Deadline forgetAt,
            int count) {
        this.core = core;
        this.channel = channel;
        this.codec = core.codecFor(channel.responseType());
        this.question = question;
        this.deadline = deadline;
        this.forgetAt = forgetAt;
        this.count = count;
        askedAt = core.time.nanoTime();
        lane = new Lane(core.answers, core.time, 1, core.config.limits().maxQueued());
    }

    @Override
    public MessageId id() {
        return question.id;
    }

    /** Called in the I/O context. */
    void onResponse(PeerId from, WireMessage response) {
        // What a router passes on says who sent it, and has that one's id.
        boolean isPassedOn = response.head.sender() != null;
        long responder = isPassedOn ? response.id.incarnation() : from.incarnation();
        if (!responders.add(responder)) {
            core.counters.duplicateReplies.increment();
            record(from, FlowStep.DROPPED, "second response, dropped");
            return;
        }
        if (!pay(EACH + response.envelopeSize)) {
            responders.remove(responder);
            core.memory.responses.refused("A response of " + from.service() + '/' + from.instance() + " was dropped");
            record(from, FlowStep.DROPPED, "no memory for more responses, dropped");
            return;
        }
        core.counters.received.increment();
        if (!lane.offer(() -> take(from, response))) {
            record(from, FlowStep.DROPPED, "too many responses wait, dropped");
        }
    }

    private synchronized boolean pay(long bytes) {
        if (!forgotten && !core.memory.responses.take(bytes)) {
            return false;
        }
        paid += forgotten ? 0 : bytes;
        return true;
    }

    /** Nothing is taken for it any more: what is kept of the responses is the caller's own. */
    synchronized void forget() {
        forgotten = true;
        core.memory.responses.give(paid);
        paid = 0;
    }

    private void take(PeerId from, WireMessage response) {
        if (response.kind() == EnvelopeKind.FAULT) {
            MessagingException failure = Faults.toException(response, channel.name());
            record(from, Faults.step(failure), Faults.text(response));
            fault(failure);
            return;
        }
        Message<A> message;
        try {
            var responder = new PeerName(from.service(), from.instance());
            message = MessageDecoding.answer(response, question, codec, channel.responseType(), core.time, responder);
        } catch (CodecException e) {
            record(from, FlowStep.FAULTED, ThrowableText.messageOrName(e));
            fault(new UndecodableReplyException("A response on " + channel.name() + " cannot be decoded", e));
            return;
        }
        accept(from, message);
    }

    private void accept(PeerId from, Message<A> message) {
        List<Consumer<Message<A>>> told;
        boolean late;
        boolean enough;
        synchronized (this) {
            late = over;
            (late ? lateOnes : responses).add(message);
            told = List.copyOf(late ? lateListeners : listeners);
            enough = !late && responses.size() >= count;
        }
        if (late) {
            core.counters.lateResponses.increment();
            record(from, FlowStep.DROPPED, "late response");
        } else {
            record(from, FlowStep.ANSWERED, null);
        }
        told.forEach(listener -> notifyListener(listener, message));
        if (enough) {
            end();
        }
    }

    private void fault(RuntimeException fault) {
        boolean late;
        synchronized (this) {
            late = over;
            faults.add(fault);
        }
        if (late) {
            core.counters.lateResponses.increment();
        }
    }

    /** Ends the survey if its time has come; answers whether it can be forgotten. */
    boolean isOver() {
        if (deadline.hasPassed()) {
            end();
        }
        return forgetAt.hasPassed();
    }

    @Override
    public synchronized List<Message<A>> responses() {
        return List.copyOf(responses);
    }

    @Override
    public Survey<A> onResponse(Consumer<Message<A>> listener) {
        return listen(listener, listeners, responses);
    }

    @Override
    public Survey<A> onLate(Consumer<Message<A>> listener) {
        return listen(listener, lateListeners, lateOnes);
    }

    /** In the lane, so that what is already there is told before what comes next, each once. */
    private Survey<A> listen(Consumer<Message<A>> listener, List<Consumer<Message<A>>> among, List<Message<A>> sofar) {
        boolean queued = lane.offer(() -> {
            List<Message<A>> there;
            synchronized (this) {
                there = List.copyOf(sofar);
                among.add(listener);
            }
            there.forEach(message -> notifyListener(listener, message));
        });
        if (!queued) {
            throw new IllegalStateException("Too many responses wait to be told");
        }
        return this;
    }

    private void notifyListener(Consumer<Message<A>> listener, Message<A> message) {
        core.callbacks.accept("survey", "A listener of a survey failed", listener, message);
    }

    @Override
    public synchronized List<RuntimeException> faults() {
        return List.copyOf(faults);
    }

    @Override
    public CompletableFuture<List<Message<A>>> whenEnded() {
        return ended.copy();
    }

    @Override
    public List<Message<A>> await() throws InterruptedException {
        try {
            return ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("A survey never ends in failure", e);
        }
    }

    @Override
    public void end() {
        List<Message<A>> result;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            result = List.copyOf(responses);
        }
        core.runCallback(() -> ended.complete(result));
    }

    private void record(PeerId from, FlowStep step, @org.jspecify.annotations.Nullable String detail) {
        if (core.flows.wants(question.id) || step.isTrouble()) {
            long now = core.flows.now();
            var responder = new PeerName(from.service(), from.instance());
            core.flows.recordSent(
                    step, now, channel.name(), channel.style(), question, responder, now - askedAt, detail);
        }
    }
}
