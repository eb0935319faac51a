package io.parley;

import io.parley.channel.Channel;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.discovery.Instance;
import io.parley.observe.PeerCounters;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * One participant of a mesh: an instance of a service. It finds others through its discovery and talks to them directly.
 *
 * <p>Thread-safe, as is everything it hands out. Handlers run on the peer's pool; a thread in which a handler runs may use
 * the peer freely, blocking calls included. Handlers that run in the I/O context ({@link HandlerOptions#inline()}) may not block.
 */
public interface Peer extends AutoCloseable {

    /**
     * Begins to build an instance of {@code service}.
     *
     * @throws IllegalArgumentException if {@code service} cannot name a service
     */
    static PeerBuilder named(String service) {
        return new PeerBuilder(service);
    }

    /** What this peer announces of itself at this moment. */
    Instance self();

    /** An endpoint that sends one-way messages to one instance of the channel's owner. Keep it: it is cheap to use, not to make. */
    <T> Sender<T> sender(PointToPointChannel<T> channel);

    /** An endpoint that asks one instance of the channel's owner. */
    <Q, A> Requestor<Q, A> requestor(RequestChannel<Q, A> channel);

    /**
     * An endpoint that asks one certain instance of the channel's owner, and no other.
     *
     * @throws IllegalArgumentException if it is an instance of another service
     */
    <Q, A> Requestor<Q, A> requestorTo(Instance instance, RequestChannel<Q, A> channel);

    /**
     * An endpoint that publishes on a channel of this peer's own service.
     *
     * @throws IllegalArgumentException if another service owns the channel
     */
    <T> Publisher<T> publisher(PublishSubscribeChannel<T> channel);

    /**
     * An endpoint that asks all who subscribed to a channel of this peer's own service.
     *
     * @throws IllegalArgumentException if another service owns the channel
     */
    <Q, A> Surveyor<Q, A> surveyor(SurveyChannel<Q, A> channel);

    /**
     * Receives one-way messages on a channel of this peer's own service.
     *
     * @throws IllegalArgumentException if another service owns the channel
     * @throws IllegalStateException if a handler is attached to it already
     */
    <T> Registration receive(PointToPointChannel<T> channel, HandlerOptions handling, Receiver<T> receiver);

    /** As {@link #receive(PointToPointChannel, Handling, Receiver)}, {@linkplain HandlerOptions#pooled() pooled}. */
    default <T> Registration receive(PointToPointChannel<T> channel, Receiver<T> receiver) {
        return receive(channel, HandlerOptions.pooled(), receiver);
    }

    /**
     * Answers requests on a channel of this peer's own service with a stage: the reply goes out when it completes, and until
     * then the request counts as outstanding.
     *
     * @throws IllegalArgumentException if another service owns the channel
     * @throws IllegalStateException if a handler is attached to it already
     */
    <Q, A> Registration replyAsync(RequestChannel<Q, A> channel, HandlerOptions handling, AsyncReplier<Q, A> replier);

    /** As {@link #replyAsync(RequestChannel, Handling, AsyncReplier)}, {@linkplain HandlerOptions#pooled() pooled}. */
    default <Q, A> Registration replyAsync(RequestChannel<Q, A> channel, AsyncReplier<Q, A> replier) {
        return replyAsync(channel, HandlerOptions.pooled(), replier);
    }

    /** Answers requests on a channel of this peer's own service with what the replier returns. */
    default <Q, A> Registration reply(RequestChannel<Q, A> channel, HandlerOptions handling, Replier<Q, A> replier) {
        return replyAsync(channel, handling, replier.asAsync());
    }

    /** As {@link #reply(RequestChannel, Handling, Replier)}, {@linkplain HandlerOptions#pooled() pooled}. */
    default <Q, A> Registration reply(RequestChannel<Q, A> channel, Replier<Q, A> replier) {
        return reply(channel, HandlerOptions.pooled(), replier);
    }

    /**
     * Subscribes to all instances of the service that owns {@code channel}, those to come included. The events of one publisher
     * reach the receiver one at a time, in the order in which they were published.
     */
    <T> Subscription subscribe(PublishSubscribeChannel<T> channel, SubscribeOptions options, Receiver<T> receiver);

    /** Subscribes to everything on {@code channel}. */
    default <T> Subscription subscribe(PublishSubscribeChannel<T> channel, Receiver<T> receiver) {
        return subscribe(channel, SubscribeOptions.all(), receiver);
    }

    /** Answers surveys on a channel that another service (or this one) owns, with a stage. */
    <Q, A> Subscription respondAsync(SurveyChannel<Q, A> channel, HandlerOptions handling, AsyncReplier<Q, A> replier);

    /** Answers surveys on a channel that another service (or this one) owns. */
    default <Q, A> Subscription respond(SurveyChannel<Q, A> channel, Replier<Q, A> replier) {
        return respondAsync(channel, HandlerOptions.pooled(), replier.asAsync());
    }

    /**
     * Waits until a message on {@code channel} can be sent: for a point-to-point channel, until an instance that announces the
     * channel is linked; for a publish-subscribe channel of another service, until such an instance is known.
     *
     * @return whether that was so within {@code limit}
     * @throws InterruptedException if the waiting thread is interrupted
     */
    boolean awaitReachable(Channel channel, Duration limit) throws InterruptedException;

    /** The live instances of {@code service}, as this peer knows them at this moment; it begins to watch the service if it did not. */
    Collection<Instance> instances(String service);

    /**
     * Looks after one instance, whether or not a registry knows it, until the probe is closed, or this peer is.
     *
     * @param instance of which no more need be known than the address
     */
    Probe probe(Instance instance, Probe.Listener listener);

    PeerCounters counters();

    /** Closes within the builder's {@linkplain PeerBuilder#closeTimeout close limit}. */
    @Override
    void close();

    /**
     * Closes in an orderly way: tells registry and links that this peer is going, lets handlers under way finish, waits for
     * answers outstanding, sends what is queued, then lets go of everything. What is not done within {@code limit} is given
     * up: answers still awaited fail as {@link io.parley.failure.LinkLostException}. Always ends, within the limit and a few seconds,
     * even if a handler never does. A second call waits for the first.
     *
     * <p>It does not heed interrupts, whose flag is kept. A handler that calls this is itself not waited for, nor is one that has called
     * {@link System#exit} where a shutdown hook calls this; their answers are lost. A handler that waits for another thread which closes
     * the peer is waited for all of the limit: it uses {@link #closeAsync}.
     *
     * @param limit zero or less to wait for nothing
     * @throws IllegalStateException if called in the I/O context
     */
    void close(Duration limit);

    /** As {@link #close(Duration)}, without waiting: the stage completes when all is let go of. It never fails. */
    CompletableFuture<Void> closeAsync(Duration limit);

    /**
     * Completes when the peer has let go of everything: normally if it was closed, and exceptionally, with a
     * {@link io.parley.failure.PeerFailedException}, if it closed by itself. It does that when it cannot go on: its transport failed, or one
     * of its own threads met an {@link OutOfMemoryError}. By then its lease is withdrawn, its callers are told, its sockets are closed.
     */
    CompletableFuture<Void> whenClosed();
}
