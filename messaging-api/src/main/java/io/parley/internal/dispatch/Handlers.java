package io.parley.internal.dispatch;

import io.parley.AsyncReplier;
import io.parley.HandlerOptions;
import io.parley.Receiver;
import io.parley.Registration;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.failure.FaultCode;
import io.parley.internal.convert.JsonBytes;
import io.parley.internal.lane.CompletionBatch;
import io.parley.internal.lane.Lane;
import io.parley.internal.lane.TaskBatch;
import io.parley.internal.runtime.DeadLetters;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.RepeatedEnvelopes;
import io.parley.internal.wire.SharedFields;
import io.parley.message.MessageId;
import io.parley.text.PlainText;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The handlers of this peer's own point-to-point channels, and the way of a message to them. Thread-safe. */
public final class Handlers {

    private static final int RESERVED_QUEUE = 64;

    private final PeerContext core;
    private final HandlerTarget nobodyForOneWays;
    private final HandlerTarget nobodyForRequests;
    private final DeadLetters deadLetters;
    private final Runnable onChange;
    private final Fallback fallback;
    private final ConcurrentHashMap<String, HandlerTarget> attached = new ConcurrentHashMap<>();
    /** What has arrived in the frame that is being read for {@link #gatheredFor}, all by one link. Confined to the I/O context. */
    private final TaskBatch gathered = new TaskBatch();

    private @Nullable ChannelTarget gatheredFor;
    private @Nullable ReplyPath gatheredFrom;
    /** Whether this thread is to tell what it is done with once the frame has been read. */
    private boolean isGatheringDone;

    private final HeldBackMessages backlog;

    /** Handles messages on channels that have no handler. Called in the I/O context. */
    public interface Fallback {

        /** For peers that are no routers. */
        Fallback NONE = (head, style) -> null;

        /** Returns the destination of such a message; null if there is none. */
        @Nullable
        HandlerTarget destination(SharedFields head, InteractionStyle style);
    }

    public Handlers(PeerContext core, DeadLetters deadLetters, Runnable onChange, Fallback fallback) {
        this.core = core;
        nobodyForOneWays = new Unhandled.Nobody(core, InteractionStyle.ONE_WAY);
        nobodyForRequests = new Unhandled.Nobody(core, InteractionStyle.REQUEST);
        this.deadLetters = deadLetters;
        this.onChange = onChange;
        this.fallback = fallback;
        backlog = new HeldBackMessages(core);
    }

    public <T> Registration receive(PointToPointChannel<T> channel, HandlerOptions handling, Receiver<T> receiver) {
        var to = new ReceiveTask.To<>(
                core, channel.name(), InteractionStyle.ONE_WAY, channel.type(), receiver, deadLetters);
        return attach(to, handling);
    }

    public <Q, A> Registration reply(
            RequestChannel<Q, A> channel, HandlerOptions handling, AsyncReplier<Q, A> replier) {
        var to = new AnswerTask.To<>(
                core, channel, channel.type(), channel.replyType(), EnvelopeKind.REPLY, replier, deadLetters);
        return attach(to, handling);
    }

    /** Answers on a reserved channel, one question at a time, and apart from the handlers: they may be what is in trouble. */
    public void serve(RequestChannel<byte[], byte[]> channel, AsyncReplier<byte[], byte[]> replier) {
        var to = new AnswerTask.To<>(
                core,
                channel,
                byte[].class,
                byte[].class,
                JsonBytes.INSTANCE,
                JsonBytes.INSTANCE,
                EnvelopeKind.REPLY,
                replier,
                deadLetters);
        to.lane = new Lane(core.answers, core.time, 1, RESERVED_QUEUE);
        attached.put(channel.name().toString(), to);
    }

    /** The channels that have a handler, for the registry. */
    public Map<ChannelName, InteractionStyle> channels() {
        var channels = new TreeMap<ChannelName, InteractionStyle>();
        attached.values().forEach(handler -> {
            if (!handler.isReserved) {
                channels.put(handler.channel, handler.style);
            }
        });
        return channels;
    }

    /** Looks for requests that are in hand long past their deadline. Confined to the I/O context. */
    public void lookAtOverdue(OverdueRequests overdue, long now) {
        attached.values().forEach(handler -> overdue.look(handler, now));
    }

    /** How many messages wait for the handler of {@code channel}. */
    public int queued(ChannelName channel) {
        HandlerTarget handler = attached.get(channel.toString());
        return handler == null || handler.lane == null ? 0 : handler.lane.queued();
    }

    /** The queue before a handler; null for one that runs in the I/O context. */
    public static @Nullable Lane lane(PeerContext core, HandlerOptions handling, Runnable onHalfEmpty) {
        var limits = core.config.limits();
        return handling.place() == HandlerOptions.Place.INLINE
                ? null
                : new Lane(
                        core.pool,
                        core.time,
                        Math.min(handling.concurrency(), limits.handlerThreads()),
                        limits.maxQueued(),
                        onHalfEmpty);
    }

    private Registration attach(HandlerTarget to, HandlerOptions handling) {
        core.requireOpen();
        ChannelName channel = to.channel;
        core.requireOwn(channel);
        to.lane = lane(core, handling, () -> {});
        if (attached.putIfAbsent(channel.toString(), to) != null) {
            throw new IllegalStateException("A handler is attached to " + channel + " already");
        }
        onChange.run();
        return () -> {
            if (attached.remove(channel.toString(), to)) {
                onChange.run();
            }
        };
    }

    /** A request or one-way message that is about to be read. Called in the I/O context. */
    public InboundMessage received(ReplyPath origin, SharedFields head, MessageId id) {
        InteractionStyle style =
                head.kind() == EnvelopeKind.ONE_WAY ? InteractionStyle.ONE_WAY : InteractionStyle.REQUEST;
        HandlerTarget handler = head.channel() == null ? null : attached.get(head.channel());
        HandlerTarget to = handler != null && handler.style == style ? handler : otherwise(head, style, handler);
        return to.received(origin, head, id);
    }

    private HandlerTarget otherwise(SharedFields head, InteractionStyle style, @Nullable HandlerTarget handler) {
        HandlerTarget onward = handler == null ? fallback.destination(head, style) : null;
        if (onward != null) {
            return onward;
        }
        return style == InteractionStyle.ONE_WAY ? nobodyForOneWays : nobodyForRequests;
    }

    /** It has been read. Called in the I/O context; {@link #onFrameRead} follows. */
    public void onMessage(InboundMessage received) {
        received.to().inHand.begin();
        received.onArrived();
        if (received instanceof Unhandled) {
            refuseAsUnhandled(received);
        } else {
            enqueue(received, received.to());
        }
    }

    /** It has been read, from a dialler that has taken leave. Called in the I/O context. */
    public void refuseAsGoingAway(InboundMessage received) {
        received.to().inHand.begin();
        received.onArrived();
        refuse(received, FaultCode.GOING_AWAY, core.name + " is closing");
    }

    private void refuseAsUnhandled(InboundMessage received) {
        HandlerTarget handler = received.channel() == null ? null : attached.get(received.channel());
        if (handler == null) {
            refuse(received, FaultCode.UNKNOWN_CHANNEL, core.name + " does not serve " + shown(received.channel()));
        } else {
            refuse(received, FaultCode.WRONG_STYLE, received.channel() + " is a " + handler.style + " channel");
        }
    }

    /** A name from outside, which may be none: with nothing in it that could do harm where it is printed. */
    private static String shown(@Nullable String name) {
        return name == null ? "a channel without a name" : PlainText.of(name);
    }

    private void enqueue(InboundMessage received, ChannelTarget handler) {
        if (handler.lane == null) {
            core.counters.received.increment();
            if (backlog.isHolding(received.origin())) {
                backlog.add(received);
            } else {
                runHere(received);
            }
            return;
        }
        if (gatheredFor != handler || gatheredFrom != received.origin()) {
            handOver();
            gatheredFor = handler;
            gatheredFrom = received.origin();
        }
        gathered.add(received);
    }

    /** What the handlers of one frame are done with is told together. */
    private void runHere(InboundMessage received) {
        if (!isGatheringDone) {
            isGatheringDone = true;
            CompletionBatch.current().gather();
        }
        received.run();
    }

    /** What is being read was held up for long. It goes to its handlers once all that is there has been read. */
    public void onHeldUp(ReplyPath from) {
        backlog.hold(from);
    }

    /** The frame has been read: what was in it goes to its handlers. Called in the I/O context. */
    public void onFrameRead() {
        backlog.onFrame();
        if (isGatheringDone) {
            isGatheringDone = false;
            CompletionBatch.current().end();
        }
        handOver();
    }

    private void handOver() {
        ChannelTarget handler = gatheredFor;
        Lane lane = handler == null ? null : handler.lane;
        ReplyPath from = gatheredFrom;
        gatheredFor = null;
        gatheredFrom = null;
        if (handler != null && lane != null && from != null) {
            if (!handler.isReserved) {
                core.counters.received.add(gathered.size());
            }
            if (backlog.isHolding(from)) {
                TaskBatch held = gathered.takeAll();
                backlog.add(() -> held.offerTo(lane, task -> refuseAsBusy((InboundMessage) task)));
            } else {
                gathered.offerTo(lane, task -> refuseAsBusy((InboundMessage) task));
            }
        }
    }

    /**
     * Messages that repeat one for {@code to}, which has a lane. Called in the I/O context.
     *
     * @param firstNumber that of the first among the one-way messages of its link; 0 for others
     */
    public void onRepeats(ReplyPath origin, ChannelTarget to, RepeatedEnvelopes repeats, long firstNumber) {
        handOver();
        int count = repeats.count();
        to.inHand.begin(count);
        core.counters.received.add(count);
        var tasks = new RepeatedMessages(to, origin, repeats, firstNumber);
        tasks.recordReceived();
        if (backlog.isHolding(origin)) {
            backlog.add(() -> offer(tasks, to, count));
        } else {
            offer(tasks, to, count);
        }
    }

    private void offer(RepeatedMessages tasks, ChannelTarget to, int count) {
        for (int i = laneOf(to).offer(tasks, count); i < count; i++) {
            refuseAsBusy(tasks.task(i));
        }
    }

    private static Lane laneOf(ChannelTarget to) {
        return Objects.requireNonNull(to.lane);
    }

    private void refuseAsBusy(InboundMessage received) {
        if (!received.to().isReserved) {
            core.counters.received.decrement();
        }
        refuse(received, FaultCode.BUSY, core.name + " has too many messages waiting for " + received.channelName());
    }

    private static void refuse(InboundMessage received, FaultCode code, String text) {
        received.refuse(code, text);
        received.done();
    }
}
