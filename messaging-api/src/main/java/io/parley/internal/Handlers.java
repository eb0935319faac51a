package io.parley.internal;

import io.parley.AsyncReplier;
import io.parley.Handling;
import io.parley.Receiver;
import io.parley.Registration;
import io.parley.channel.ChannelName;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.Style;
import io.parley.failure.FaultCode;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The handlers of this peer's own point-to-point channels, and the way of a message to them. Thread-safe. */
final class Handlers {

    private static final ChannelName NOWHERE = new ChannelName("unknown", "unknown");

    private final Core core;
    private final Destination unknownOneWay;
    private final Destination unknownRequest;
    private final DeadLetters deadLetters;
    private final Runnable onChange;
    private final ConcurrentHashMap<String, Attached> attached = new ConcurrentHashMap<>();
    /** What has arrived in the frame that is being read for {@link #gatheredFor}. Confined to the I/O context. */
    private final TaskBatch gathered = new TaskBatch();

    private @Nullable Attached gatheredFor;

    /**
     * A handler and the queue before it.
     *
     * @param lane null for a handler that runs in the I/O context
     */
    private record Attached(Destination to, @Nullable Lane lane, BiFunction<Origin, WireMessage, Received> taskFor) {}

    Handlers(Core core, DeadLetters deadLetters, Runnable onChange) {
        this.core = core;
        unknownOneWay = new Destination(core, NOWHERE, Style.ONE_WAY);
        unknownRequest = new Destination(core, NOWHERE, Style.REQUEST);
        this.deadLetters = deadLetters;
        this.onChange = onChange;
    }

    <T> Registration receive(PointToPointChannel<T> channel, Handling handling, Receiver<T> receiver) {
        var to = new ReceiveTask.To<>(core, channel.name(), Style.ONE_WAY, channel.type(), receiver, deadLetters);
        return attach(to, handling, (origin, message) -> new ReceiveTask<>(to, origin, message));
    }

    <Q, A> Registration reply(RequestChannel<Q, A> channel, Handling handling, AsyncReplier<Q, A> replier) {
        var to = new AnswerTask.To<>(
                core, channel, channel.type(), channel.replyType(), EnvelopeKind.REPLY, replier, deadLetters);
        return attach(to, handling, (origin, message) -> new AnswerTask<>(to, origin, message));
    }

    /** The channels that have a handler, for the registry. */
    Map<ChannelName, Style> channels() {
        var channels = new TreeMap<ChannelName, Style>();
        attached.values().forEach(handler -> channels.put(handler.to().channel, handler.to().style));
        return channels;
    }

    /** The queue before a handler; null for one that runs in the I/O context. */
    static @Nullable Lane lane(Core core, Handling handling, Runnable onHalfEmpty) {
        var limits = core.settings.limits();
        return handling.place() == Handling.Place.INLINE
                ? null
                : new Lane(
                        core.pool,
                        core.time,
                        Math.min(handling.concurrency(), limits.handlerThreads()),
                        limits.maxQueued(),
                        onHalfEmpty);
    }

    private Registration attach(Destination to, Handling handling, BiFunction<Origin, WireMessage, Received> taskFor) {
        core.requireOpen();
        ChannelName channel = to.channel;
        core.requireOwn(channel);
        var handler = new Attached(to, lane(core, handling, () -> {}), taskFor);
        if (attached.putIfAbsent(channel.toString(), handler) != null) {
            throw new IllegalStateException("A handler is attached to " + channel + " already");
        }
        onChange.run();
        return () -> {
            if (attached.remove(channel.toString(), handler)) {
                onChange.run();
            }
        };
    }

    /** A request or one-way message arrived. Called in the I/O context; {@link #onFrameRead} follows. */
    void onMessage(Origin origin, WireMessage message) {
        core.inHand.begin();
        boolean oneWay = message.kind() == EnvelopeKind.ONE_WAY;
        Attached handler = message.channel() == null ? null : attached.get(message.channel());
        if (handler != null && !core.isClosing() && handler.to().style == (oneWay ? Style.ONE_WAY : Style.REQUEST)) {
            enqueue(handler.taskFor().apply(origin, message), handler);
            return;
        }
        var refused = new Received(oneWay ? unknownOneWay : unknownRequest, origin, message);
        if (core.isClosing()) {
            refuse(refused, FaultCode.GOING_AWAY, core.name + " is closing");
        } else if (handler == null) {
            refuse(refused, FaultCode.UNKNOWN_CHANNEL, core.name + " does not serve " + message.channel());
        } else {
            refuse(refused, FaultCode.WRONG_STYLE, message.channel() + " is a " + handler.to().style + " channel");
        }
    }

    private void enqueue(Received received, Attached handler) {
        if (handler.lane() == null) {
            core.counters.received.increment();
            received.run();
            return;
        }
        if (gatheredFor != handler) {
            onFrameRead();
            gatheredFor = handler;
        }
        gathered.add(received);
    }

    /** The frame has been read: what was in it goes to its handlers. Called in the I/O context. */
    void onFrameRead() {
        Attached handler = gatheredFor;
        gatheredFor = null;
        if (handler != null && handler.lane() != null) {
            core.counters.received.add(gathered.size());
            gathered.offerTo(handler.lane(), task -> refuseAsBusy((Received) task));
        }
    }

    private void refuseAsBusy(Received received) {
        core.counters.received.decrement();
        refuse(received, FaultCode.BUSY, core.name + " has too many messages waiting for " + received.channel());
    }

    private static void refuse(Received received, FaultCode code, String text) {
        received.refuse(code, text);
        received.done();
    }
}
