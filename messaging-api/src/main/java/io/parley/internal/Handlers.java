package io.parley.internal;

import io.parley.AsyncReplier;
import io.parley.Handling;
import io.parley.Receiver;
import io.parley.Registration;
import io.parley.channel.ChannelName;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.Style;
import io.parley.codec.Codec;
import io.parley.failure.FaultCode;
import io.parley.internal.wire.Control.Speaker;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.PeerName;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The handlers of this peer's own point-to-point channels, and the way of a message to them. Thread-safe. */
final class Handlers {

    private static final ChannelName NOWHERE = new ChannelName("unknown", "unknown");

    private final Core core;
    private final DeadLetters deadLetters;
    private final Runnable onChange;
    private final ConcurrentHashMap<String, Attached> attached = new ConcurrentHashMap<>();

    /**
     * A handler and the queue before it.
     *
     * @param lane null for a handler that runs in the I/O context
     */
    private record Attached(
            ChannelName channel, Style style, @Nullable Lane lane, Function<Received, Runnable> taskFor) {}

    Handlers(Core core, DeadLetters deadLetters, Runnable onChange) {
        this.core = core;
        this.deadLetters = deadLetters;
        this.onChange = onChange;
    }

    <T> Registration receive(PointToPointChannel<T> channel, Handling handling, Receiver<T> receiver) {
        Codec codec = core.codecFor(channel.type());
        return attach(
                channel.name(),
                Style.ONE_WAY,
                handling,
                received -> new ReceiveTask<>(received, channel.type(), codec, receiver, deadLetters));
    }

    <Q, A> Registration reply(RequestChannel<Q, A> channel, Handling handling, AsyncReplier<Q, A> replier) {
        var spec = new AnswerTask.Spec<>(
                channel.type(),
                core.codecFor(channel.type()),
                channel.replyType(),
                core.codecFor(channel.replyType()),
                EnvelopeKind.REPLY,
                replier,
                deadLetters);
        return attach(channel.name(), Style.REQUEST, handling, received -> new AnswerTask<>(received, spec));
    }

    /** The channels that have a handler, for the registry. */
    Map<ChannelName, Style> channels() {
        var channels = new TreeMap<ChannelName, Style>();
        attached.values().forEach(handler -> channels.put(handler.channel(), handler.style()));
        return channels;
    }

    /** The queue before a handler; null for one that runs in the I/O context. */
    static @Nullable Lane lane(Core core, Handling handling) {
        var limits = core.settings.limits();
        return handling.place() == Handling.Place.INLINE
                ? null
                : new Lane(core.pool, Math.min(handling.concurrency(), limits.handlerThreads()), limits.maxQueued());
    }

    private Registration attach(
            ChannelName channel, Style style, Handling handling, Function<Received, Runnable> taskFor) {
        core.requireOpen();
        core.requireOwn(channel);
        var handler = new Attached(channel, style, lane(core, handling), taskFor);
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

    /** A request or one-way message arrived. Called in the I/O context. */
    void onMessage(InboundLink link, Speaker from, WireMessage message) {
        Attached handler = message.channel == null ? null : attached.get(message.channel);
        Style style = message.kind == EnvelopeKind.REQUEST ? Style.REQUEST : Style.ONE_WAY;
        var received = new Received(
                core,
                handler == null ? NOWHERE : handler.channel(),
                style,
                message,
                Inbound.headers(message, new PeerName(from.service(), from.instance()), core.time),
                new LinkOrigin(link, message));
        core.inHand.incrementAndGet();
        if (core.isClosing()) {
            refuse(received, FaultCode.GOING_AWAY, core.name + " is closing");
        } else if (handler == null) {
            refuse(received, FaultCode.UNKNOWN_CHANNEL, core.name + " does not serve " + message.channel);
        } else if (handler.style() != style) {
            refuse(received, FaultCode.WRONG_STYLE, message.channel + " is a " + handler.style() + " channel");
        } else {
            enqueue(received, handler);
        }
    }

    private void enqueue(Received received, Attached handler) {
        Runnable task = handler.taskFor().apply(received);
        if (handler.lane() == null) {
            core.counters.received.increment();
            task.run();
        } else if (handler.lane().offer(task)) {
            core.counters.received.increment();
        } else {
            refuse(received, FaultCode.BUSY, core.name + " has too many messages waiting for " + handler.channel());
        }
    }

    private static void refuse(Received received, FaultCode code, String text) {
        received.refuse(code, text);
        received.origin().done();
    }

    private final class LinkOrigin implements Origin {

        private final InboundLink link;
        private final WireMessage message;

        LinkOrigin(InboundLink link, WireMessage message) {
            this.link = link;
            this.message = message;
        }

        @Override
        public boolean answer(WireMessage answer) {
            return link.answer(answer);
        }

        @Override
        public boolean isCancelled() {
            return link.isCancelled(message.id);
        }

        @Override
        public void done() {
            core.inHand.decrementAndGet();
            link.finished(message);
        }
    }
}
