package io.parley.internal.router;

import io.parley.RouterOptions;
import io.parley.internal.dispatch.Handlers;
import io.parley.internal.link.DiallerListener;
import io.parley.internal.link.ForeignAnswers;
import io.parley.internal.link.InboundLink;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.pubsub.ForeignSubscriptions;
import io.parley.internal.pubsub.PublishBuffer;
import io.parley.internal.pubsub.PublisherFeeds;
import io.parley.internal.route.ServiceView;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.survey.ForeignResponses;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongPredicate;

/**
 * The parts of a peer that handle traffic that is not addressed to it. Routers forward it; other peers have {@link #NONE}. Confined to the
 * I/O context.
 *
 * @param fallback handles messages on channels without a handler
 * @param sweep gives up messages that are overdue at the time given, and answers whether any deadline is left to watch
 * @param onBeat run once per heartbeat interval
 */
public record Router(
        Handlers.Fallback fallback,
        ForeignAnswers answers,
        ForeignResponses responses,
        ForeignSubscriptions subscriptions,
        DiallerListener diallers,
        LongPredicate sweep,
        Runnable onBeat) {

    /** For peers that are no routers. */
    public static final Router NONE = new Router(
            Handlers.Fallback.NONE,
            new NoRouter(),
            ForeignResponses.NONE,
            new NoRouter(),
            new NoRouter(),
            now -> false,
            () -> {});

    /**
     * Makes the parts of a router.
     *
     * @param open watches a service, unless it is watched already
     * @param forget ends that
     * @param armSweep sees to it that {@link #sweep} is called
     */
    public static Router of(
            PeerContext core,
            RouterOptions forwarding,
            PublisherFeeds feeds,
            PublishBuffer publications,
            Function<String, ServiceView> open,
            Consumer<String> forget,
            Runnable armSweep) {
        long twoOfTheLargest = 2L * core.config.limits().maxMessageBytes();
        var held = new ByteQuota(Math.max(forwarding.maxHeldBytes(), twoOfTheLargest));
        var services = new ForeignServices(forwarding.maxServices(), open, forget);
        var relays = new ChannelBridges(core, services, feeds, publications, held);
        var guests = new Guests(core, forwarding.guests());
        var forwarder = new Forwarder(core, services, guests, held, armSweep);
        return new Router(
                forwarder, forwarder, relays::onResponse, relays, forwarder, forwarder::sweep, relays::onBeat);
    }

    /** Leaves everything to the peer itself. */
    private static final class NoRouter implements ForeignAnswers, ForeignSubscriptions, DiallerListener {

        @Override
        public boolean onAnswer(OutboundLink link, WireMessage answer) {
            return false;
        }

        @Override
        public boolean onUnsent(OutboundLink link, WireMessage message, String reason) {
            return false;
        }

        @Override
        public void onUnfinished(OutboundLink link, WireMessage message, String reason) {}

        @Override
        public void onLinkEnded(OutboundLink link, String reason) {}

        @Override
        public boolean onSubscribed(byte[] prefix) {
            return false;
        }

        @Override
        public boolean onUnsubscribed(byte[] prefix) {
            return false;
        }

        @Override
        public void onCancelled(InboundLink link, MessageId request) {}

        @Override
        public void onDiallerLeaves(InboundLink link) {}

        @Override
        public void onDiallerGone(InboundLink link) {}
    }
}
