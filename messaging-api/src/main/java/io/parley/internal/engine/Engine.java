package io.parley.internal.engine;

import io.parley.AsyncReplier;
import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.Probe;
import io.parley.Publisher;
import io.parley.Receiver;
import io.parley.Registration;
import io.parley.Requestor;
import io.parley.RouterOptions;
import io.parley.Sender;
import io.parley.SubscribeOptions;
import io.parley.Subscription;
import io.parley.Surveyor;
import io.parley.channel.Channel;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.discovery.Instance;
import io.parley.internal.dispatch.AnswerTask;
import io.parley.internal.dispatch.HandlerTarget;
import io.parley.internal.dispatch.Handlers;
import io.parley.internal.dispatch.OverdueRequests;
import io.parley.internal.dispatch.ReceiveTask;
import io.parley.internal.dispatch.ReplyPath;
import io.parley.internal.lane.DeadlineSweep;
import io.parley.internal.link.InboundLinks;
import io.parley.internal.link.LinkContext;
import io.parley.internal.link.PendingCall;
import io.parley.internal.link.SentOneWays;
import io.parley.internal.pointtopoint.RequestorImpl;
import io.parley.internal.pointtopoint.SenderImpl;
import io.parley.internal.pubsub.FeedOrigin;
import io.parley.internal.pubsub.PublishBuffer;
import io.parley.internal.pubsub.PublisherFeeds;
import io.parley.internal.pubsub.PublisherImpl;
import io.parley.internal.pubsub.SubscriptionImpl;
import io.parley.internal.pubsub.SubscriptionState;
import io.parley.internal.report.FlowPublisher;
import io.parley.internal.report.ReservedHandlers;
import io.parley.internal.report.StateReport;
import io.parley.internal.route.Mesh;
import io.parley.internal.route.Probes;
import io.parley.internal.route.ServiceView;
import io.parley.internal.route.UnawaitedAnswers;
import io.parley.internal.router.GuestAnnouncement;
import io.parley.internal.router.Router;
import io.parley.internal.runtime.DeadLetters;
import io.parley.internal.runtime.FailureShutdown;
import io.parley.internal.runtime.PeerConfig;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.survey.SurveyOrigin;
import io.parley.internal.survey.SurveyorImpl;
import io.parley.internal.survey.Surveys;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.FrameLimits;
import io.parley.message.PeerName;
import io.parley.observe.PeerCounters;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A peer: the parts, and what holds them together. Thread-safe. */
public final class Engine implements Peer {

    /** A publication's topic comes on top of the largest frame. */
    private static final int TOPIC_ROOM = 1024;

    /**
     * How many frames may be on their way within the transport. As few as keep it busy: each may be of 64 KiB, and what comes
     * after them can still be packed together, or go before a large one.
     */
    private static final int QUEUED_FRAMES = 2;

    /**
     * How many may be on their way to one subscriber: more than that wait here, where they are packed. JeroMQ tells of room again when
     * half of them are gone, which must not take a slow subscriber as long as the others wait for it.
     */
    private static final int QUEUED_PUBLICATIONS = 16;

    /** How many of the latest one-way messages are remembered, to tell the channel of one that is refused. */
    private static final int REMEMBERED_ONE_WAYS = 1024;

    private final PeerContext core;
    private final LinkContext links;
    private final DeadLetters deadLetters;
    private final Router router;
    private final Handlers handlers;
    private final PublishBuffer publications;
    private final PublisherFeeds feeds;
    private final Surveys surveys;
    private final InboundLinks inbound;
    private final SentOneWays sentOneWays = new SentOneWays(REMEMBERED_ONE_WAYS);
    private final DeadlineSweep deadlines;
    private final OverdueRequests overdue;
    private final Mesh mesh;
    private final Probes probes;
    private final Shutdown closing;
    private final FailureShutdown lastWill;
    private final FlowPublisher flowFeed;
    private final Heartbeat heartbeat;

    private Engine(PeerConfig config) {
        core = new PeerContext(config);
        links = new LinkContext(core);
        deadLetters = new DeadLetters(core);
        publications = new PublishBuffer(core, this::onOwnChannelsChanged);
        feeds = new PublisherFeeds(core);
        router = router(config.routing().forwarding());
        handlers = new Handlers(core, deadLetters, this::onOwnChannelsChanged, router.fallback());
        surveys = new Surveys(core, router.responses());
        inbound = new InboundLinks(links, handlers, surveys, router.diallers());
        deadlines = new DeadlineSweep(core.time, task -> core.port().execute(task), this::sweep);
        var unawaited = new UnawaitedAnswers(core, deadLetters, sentOneWays, router.answers());
        mesh = new Mesh(links, feeds, unawaited, deadlines, this::ownChannels);
        probes = new Probes(links);
        overdue = new OverdueRequests(core);
        flowFeed = new FlowPublisher(core, publications);
        new ReservedHandlers(core, new StateReport(core, handlers, publications, mesh, inbound, feeds, overdue))
                .serve(handlers);
        closing = new Shutdown(core, links.bulk, mesh, probes, inbound, publications, surveys, feeds);
        lastWill = new FailureShutdown(core, closing, parts(), closing::closePools);
        core.uncaught.onFatal(lastWill::execute);
        heartbeat = new Heartbeat(core, this::onBeat);
    }

    private PortListener portEvents() {
        return new PortEvents(core, inbound, flowFeed, router, publications, feeds, lastWill);
    }

    /** The parts, as what ends them when the peer cannot go on, in order. Calls that were made meanwhile are failed at the end. */
    private List<Runnable> parts() {
        return List.of(
                links::failCalls,
                mesh::withdraw,
                () -> core.port().close(Duration.ZERO),
                () -> links.bulk.close(Duration.ZERO),
                surveys::close,
                () -> probes.close(false),
                () -> mesh.close(false),
                () -> inbound.close(false),
                links::failCalls);
    }

    private Router router(@Nullable RouterOptions forwarding) {
        if (forwarding == null) {
            return Router.NONE;
        }
        return Router.of(
                core,
                forwarding,
                feeds,
                publications,
                service -> mesh().foreignView(service),
                service -> mesh().forget(service),
                () -> deadlines().arm());
    }

    /** Not there yet when what needs it is made. */
    private Mesh mesh() {
        return mesh;
    }

    private DeadlineSweep deadlines() {
        return deadlines;
    }

    /** Opens a peer; everything that can be wrong with its config shows here. */
    public static Peer open(PeerConfig config) {
        var engine = new Engine(config);
        var limits = config.limits();
        var options = new PortOptions(
                config.identity().instance(),
                engine.core.environment,
                FrameFormat.LARGEST,
                QUEUED_FRAMES,
                FrameLimits.maxFrame(limits.maxMessageBytes()) + TOPIC_ROOM,
                QUEUED_PUBLICATIONS,
                engine.core.memory.connections.budget());
        try {
            engine.lastWill.arm();
            engine.core.bind(config.plugins().transport().open(options, engine.portEvents()));
            engine.mesh.join();
            engine.introduce();
            engine.closing.whenEnded().whenComplete((nothing, failure) -> engine.lastWill.disarm());
            engine.heartbeat.begin();
        } catch (Throwable e) {
            engine.closing.abort();
            engine.lastWill.disarm();
            throw e;
        }
        return engine;
    }

    private void introduce() {
        String routers = core.config.routing().routers();
        if (routers != null) {
            mesh.announceToRouters(routers, new GuestAnnouncement(core, sentOneWays, routers, this::self)::announceTo);
        }
    }

    private void onBeat(long now) {
        mesh.onBeat(now);
        probes.onBeat(now);
        inbound.onBeat(now);
        links.credit.onBeat(now);
        feeds.onBeat();
        publications.onBeat();
        router.onBeat().run();
        core.flows.onBeat(now);
        handlers.lookAtOverdue(overdue, now);
        feeds.lookAtOverdue(overdue, now);
        overdue.endLook();
        deadlines.onBeat();
    }

    private boolean sweep(long now) {
        return links.awaited.sweep(now, Engine::onOverdue)
                | mesh.sweep()
                | surveys.sweep()
                | router.sweep().test(now);
    }

    private static void onOverdue(PendingCall call) {
        PendingCall.Carrier link = call.link();
        if (link != null) {
            link.timeOut(call);
        }
    }

    private void onOwnChannelsChanged() {
        mesh.announceSoon();
    }

    private java.util.Map<ChannelName, InteractionStyle> ownChannels() {
        var channels = new java.util.TreeMap<>(handlers.channels());
        channels.putAll(publications.channels());
        return channels;
    }

    @Override
    public Instance self() {
        return mesh.self();
    }

    @Override
    public <T> Sender<T> sender(PointToPointChannel<T> channel) {
        core.requireOpen();
        return new SenderImpl<>(core, channel, mesh.view(channel.name().owner()), sentOneWays);
    }

    @Override
    public <Q, A> Requestor<Q, A> requestor(RequestChannel<Q, A> channel) {
        core.requireOpen();
        return new RequestorImpl<>(core, channel, mesh.view(channel.name().owner()), deadlines, 0);
    }

    @Override
    public <Q, A> Requestor<Q, A> requestorTo(Instance instance, RequestChannel<Q, A> channel) {
        core.requireOpen();
        if (!instance.service().equals(channel.name().owner())) {
            throw new IllegalArgumentException(instance.label() + " cannot answer on " + channel.name()
                    + ": it is no instance of " + channel.name().owner());
        }
        return new RequestorImpl<>(core, channel, mesh.view(instance.service()), deadlines, instance.incarnation());
    }

    @Override
    public <T> Publisher<T> publisher(PublishSubscribeChannel<T> channel) {
        core.requireOpen();
        core.requireOwn(channel.name());
        return new PublisherImpl<>(core, channel, publications);
    }

    @Override
    public <Q, A> Surveyor<Q, A> surveyor(SurveyChannel<Q, A> channel) {
        core.requireOpen();
        core.requireOwn(channel.name());
        return new SurveyorImpl<>(core, channel, publications, surveys, deadlines);
    }

    @Override
    public <T> Registration receive(PointToPointChannel<T> channel, HandlerOptions handling, Receiver<T> receiver) {
        return handlers.receive(channel, handling, receiver);
    }

    @Override
    public <Q, A> Registration replyAsync(
            RequestChannel<Q, A> channel, HandlerOptions handling, AsyncReplier<Q, A> replier) {
        return handlers.reply(channel, handling, replier);
    }

    @Override
    public <T> Subscription subscribe(
            PublishSubscribeChannel<T> channel, SubscribeOptions options, Receiver<T> receiver) {
        var to = new ReceiveTask.To<>(core, channel.name(), channel.style(), channel.type(), receiver, deadLetters);
        return subscribe(to, options, publisher -> new FeedOrigin(new PeerName(publisher.service(), publisher.name())));
    }

    @Override
    public <Q, A> Subscription respondAsync(
            SurveyChannel<Q, A> channel, HandlerOptions handling, AsyncReplier<Q, A> replier) {
        core.requireOpen();
        var to = new AnswerTask.To<>(
                core, channel, channel.type(), channel.responseType(), EnvelopeKind.RESPONSE, replier, deadLetters);
        ServiceView surveyors = mesh.view(channel.name().owner());
        surveyors.wantLinks();
        return subscribe(
                to,
                SubscribeOptions.all().withHandling(handling),
                publisher -> new SurveyOrigin(core, channel.name(), surveyors, publisher));
    }

    private Subscription subscribe(
            HandlerTarget to, SubscribeOptions options, Function<Instance, ReplyPath> originFor) {
        core.requireOpen();
        var state = new SubscriptionState(
                to, options, originFor, () -> core.port().execute(feeds::onRoom), SubscriptionState.Listener.NOBODY);
        core.port().execute(() -> feeds.add(state));
        mesh.view(to.channel.owner()).wantAcquaintance();
        return new SubscriptionImpl(core, feeds, state);
    }

    @Override
    public boolean awaitReachable(Channel channel, Duration limit) throws InterruptedException {
        core.requireOpen();
        return mesh.awaitReachable(channel, limit);
    }

    @Override
    public Collection<Instance> instances(String service) {
        core.requireOpen();
        return mesh.view(ChannelName.requireServiceName(service)).instances();
    }

    @Override
    public Probe probe(Instance instance, Probe.Listener listener) {
        core.requireOpen();
        return probes.open(Objects.requireNonNull(instance, "instance"), Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public PeerCounters counters() {
        return core.counters.snapshot(mesh.linksUp());
    }

    @Override
    public void close() {
        close(core.config.closeTimeout());
    }

    @Override
    public void close(Duration limit) {
        if (core.port().inContext()) {
            throw new IllegalStateException("A peer cannot be closed from its own I/O context: use closeAsync");
        }
        closing.closeAndWait(limit);
    }

    @Override
    public CompletableFuture<Void> closeAsync(Duration limit) {
        return closing.close(limit);
    }

    @Override
    public CompletableFuture<Void> whenClosed() {
        return closing.whenEnded();
    }

    @Override
    public String toString() {
        return "Peer[" + core.name + "]";
    }
}
