package io.parley.internal.pubsub;

import io.parley.SubscribeOptions;
import io.parley.channel.ChannelName;
import io.parley.discovery.Instance;
import io.parley.internal.dispatch.HandlerTarget;
import io.parley.internal.dispatch.Handlers;
import io.parley.internal.dispatch.InboundMessage;
import io.parley.internal.dispatch.ReplyPath;
import io.parley.internal.lane.Lane;
import io.parley.internal.lane.TaskBatch;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.EnvelopeKind;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One subscription: its queue, and for each publisher what has been seen. Confined to the I/O context, but for
 * {@link #awaitConnected} and {@link #publishers}, which are thread-safe.
 */
public final class SubscriptionState {

    private final PeerContext core;
    private final ChannelName channel;
    private final String channelText;
    private final SubscribeOptions options;
    private final HandlerTarget to;
    private final @Nullable Lane lane;
    /** What has arrived in the frame that is being read. */
    private final TaskBatch gathered = new TaskBatch();

    private final Function<Instance, ReplyPath> originFor;
    private final Listener listener;
    private final Object monitor = new Object();
    /** The cursors whose publishers have confirmed. Guarded by {@link #monitor}, as is the one below. */
    private final Set<Object> confirmed = new HashSet<>();

    private int wanted;

    /** When the application subscribed. */
    private final long since;

    /** Is told of the publishers. Called in the I/O context. */
    public interface Listener {

        Listener NOBODY = new Listener() {};

        /** The publisher confirms: events after {@code number} arrive. */
        default void onConfirmed(Instance publisher, long number) {}

        default void onGone(Instance publisher) {}

        /** The publisher tells its last numbers, after the events that they are of. */
        default void onNumbers(Numbers numbers) {}
    }

    /** @param onRoom run by a thread of the pool when a queue that was full is so no more */
    public SubscriptionState(
            HandlerTarget to,
            SubscribeOptions options,
            Function<Instance, ReplyPath> originFor,
            Runnable onRoom,
            Listener listener) {
        this.listener = listener;
        this.to = to;
        this.core = to.core;
        this.channel = to.channel;
        this.channelText = channel.toString();
        this.options = options;
        this.originFor = originFor;
        lane = Handlers.lane(core, options.handling(), onRoom);
        since = core.time.nanoTime();
    }

    ChannelName channel() {
        return channel;
    }

    String channelText() {
        return channelText;
    }

    String subjectPrefix() {
        return options.subjectPrefix();
    }

    SubscribeOptions options() {
        return options;
    }

    Listener listener() {
        return listener;
    }

    /** Returns the origin of what {@code publisher} publishes. */
    ReplyPath originFor(Instance publisher) {
        return originFor.apply(publisher);
    }

    /** For how long the application has wanted the channel. */
    long ageMillis() {
        return (core.time.nanoTime() - since) / 1_000_000;
    }

    /** This many publishers are known and followed. */
    void onPublishers(int count) {
        synchronized (monitor) {
            wanted = count;
            monitor.notifyAll();
        }
    }

    /** The publisher of this cursor has confirmed. */
    void onConfirmed(Object cursor) {
        synchronized (monitor) {
            confirmed.add(cursor);
            monitor.notifyAll();
        }
    }

    /** The publisher of this cursor has gone, or its feed is interrupted. */
    void onUnconfirmed(Object cursor) {
        synchronized (monitor) {
            confirmed.remove(cursor);
        }
    }

    int publishers() {
        synchronized (monitor) {
            return confirmed.size();
        }
    }

    boolean awaitConnected(long limitNanos) throws InterruptedException {
        long end = core.time.nanoTime() + limitNanos;
        synchronized (monitor) {
            while (wanted == 0 || confirmed.size() < wanted) {
                long left = end - core.time.nanoTime();
                if (left <= 0 || core.isClosing()) {
                    return false;
                }
                monitor.wait(left / 1_000_000 + 1);
            }
            return true;
        }
    }

    /** Whether all known publishers have confirmed, and there is one. */
    public boolean isConnected() {
        synchronized (monitor) {
            return wanted > 0 && confirmed.size() >= wanted;
        }
    }

    /** Whether it is, perhaps among others, to surveys. */
    boolean takesSurveys() {
        return to.takes(EnvelopeKind.SURVEY);
    }

    /** Whether there is no room for much more. */
    boolean isCrowded() {
        return lane != null ? lane.isCrowded() : to.isCrowded();
    }

    /** A frame has been read: what was in it goes to the handler. */
    void onFrameRead() {
        if (lane != null && !gathered.isEmpty()) {
            gathered.offerTo(lane, this::onRefused);
        }
    }

    /** The pool takes nothing: this peer is at its end, or the application's executor has turned it down. */
    private void onRefused(Runnable task) {
        if (task instanceof InboundMessage message) {
            message.onNotTaken();
        }
    }

    HandlerTarget to() {
        return to;
    }

    /** False if there is no room for it. Nobody else fills the lane, so what was gathered does find room. */
    boolean enqueue(Runnable task) {
        if (lane == null) {
            task.run();
            return true;
        }
        if (gathered.size() >= lane.room()) {
            return false;
        }
        gathered.add(task);
        return true;
    }
}
