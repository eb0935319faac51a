package io.parley.internal.route;

import io.parley.channel.Channel;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import io.parley.discovery.ServiceResolver;
import io.parley.internal.lane.DeadlineSweep;
import io.parley.internal.link.LinkContext;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.runtime.PeerConfig;
import io.parley.internal.runtime.PeerContext;
import io.parley.time.Durations;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** This peer's place among the others: what it announces, and a view of each service that it cares for. Thread-safe. */
public final class Mesh {

    private static final Logger LOG = System.getLogger("io.parley");

    /** Handlers are usually attached right after a peer opens; announcing them together spares the others a wrong picture. */
    private static final Duration GATHER = Duration.ofMillis(20);

    /** A peer that has attached no handler by then is announced all the same. */
    private static final Duration HOLD = Duration.ofMillis(250);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final LinkContext links;
    private final PeerContext core;
    private final InstancesListener listener;
    private final UnawaitedAnswers unawaited;
    private final DeadlineSweep deadlines;
    private final Supplier<Map<ChannelName, InteractionStyle>> ownChannels;
    private final Instant since;
    private final ConcurrentHashMap<String, ServiceView> views = new ConcurrentHashMap<>();
    /** Those services that this peer has to do with itself. */
    private final Set<String> own = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean announcing = new AtomicBoolean();

    private @Nullable ServiceResolver resolver;
    /** Null also if this peer does not register itself, or its discovery is read-only. */
    private @Nullable ServiceRegistry registry;

    /** The routers that are told of this peer. */
    private volatile @Nullable ServiceView routersView;

    /**
     * @param listener is told of the instances of all services that are watched
     * @param unawaited sees to what links return
     * @param deadlines watches over what waits for a link
     * @param ownChannels the channels that this peer serves and publishes
     */
    public Mesh(
            LinkContext links,
            InstancesListener listener,
            UnawaitedAnswers unawaited,
            DeadlineSweep deadlines,
            Supplier<Map<ChannelName, InteractionStyle>> ownChannels) {
        this.links = links;
        core = links.core;
        this.listener = listener;
        this.unawaited = unawaited;
        this.deadlines = deadlines;
        this.ownChannels = ownChannels;
        since = core.time.wallClock();
    }

    public void join() {
        boolean isJoined = false;
        try {
            if (core.config.identity().isRegistering()) {
                openRegistry();
            }
            var plugins = core.config.plugins();
            resolver = plugins.discovery()
                    .openResolver(plugins.environment(), plugins.transport().addressFormat());
            isJoined = true;
        } finally {
            if (!isJoined) {
                closeDiscovery();
            }
        }
        if (core.config.identity().isRegistering()) {
            core.time.schedule(HOLD, this::announceSoon);
        }
    }

    private void openRegistry() {
        PeerConfig.Plugins plugins = core.config.plugins();
        ServiceRegistry opened = plugins.discovery()
                .openRegistry(plugins.environment(), plugins.transport().addressFormat())
                .orElse(null);
        if (opened == null) {
            LOG.log(
                    Level.DEBUG,
                    core.name + " is not registered, as its discovery is read-only: " + plugins.discovery());
            return;
        }
        registry = opened;
        opened.requireHoldable(self());
        opened.livenessProbe(core.port()::execute);
    }

    public Instance self() {
        return new Instance(
                core.name.service(),
                core.name.instance(),
                core.incarnation,
                core.port().address(),
                core.port().publishAddress(),
                new TreeMap<>(ownChannels.get()),
                since,
                core.config.identity().metadata());
    }

    /**
     * Makes this peer known to all instances of a service of routers, from now on.
     *
     * @param announcement announces this peer on a link that is ready; run in the I/O context
     */
    public void announceToRouters(String routers, Consumer<OutboundLink> announcement) {
        routersView = view(routers);
        routersView.announceWith(announcement);
    }

    /** Tells the registry, together with what else changes in the next moment. */
    public void announceSoon() {
        if (core.config.identity().isRegistering() && announcing.compareAndSet(false, true)) {
            core.time.schedule(GATHER, () -> {
                announcing.set(false);
                announce();
            });
        }
    }

    /** Not while the peer goes: an announcement after the withdrawal would outlive it. */
    private void announce() {
        synchronized (announcing) {
            if (!core.isClosing()) {
                announceOrComplain(self());
                ServiceView routers = routersView;
                if (routers != null) {
                    core.port().execute(routers::announce);
                }
            }
        }
    }

    /** What the registry could hold when this peer opened, it may not be able to hold with all the channels that came since. */
    private void announceOrComplain(Instance self) {
        if (registry == null) {
            return;
        }
        try {
            registry.announce(self);
        } catch (DiscoveryException e) {
            core.complaints.report("announce", "The registry cannot hold " + self.label(), e);
        } catch (RuntimeException e) {
            core.complaints.report("announce", "The registry failed to announce " + self.label(), e);
        }
    }

    public void withdraw() {
        synchronized (announcing) {
            if (registry != null) {
                registry.withdraw();
            }
        }
    }

    /** The view of a service; it is watched from now on. */
    public ServiceView view(String service) {
        own.add(service);
        return foreignView(service);
    }

    /** The same for others, whom this peer routes for: it can be forgotten. */
    public ServiceView foreignView(String service) {
        ServiceView known = views.get(service);
        if (known != null) {
            return known;
        }
        var view = new ServiceView(links, service, listener, unawaited, deadlines);
        ServiceView other = views.putIfAbsent(service, view);
        if (other != null) {
            return other;
        }
        boolean isWatched = false;
        try {
            view.watch(requireResolver());
            isWatched = true;
        } finally {
            if (!isWatched) {
                views.remove(service, view); // so that the next one to ask begins anew
            }
        }
        return view;
    }

    /** Ends the view of a service, unless this peer has to do with it itself. Confined to the I/O context. */
    public void forget(String service) {
        ServiceView view = own.contains(service) ? null : views.remove(service);
        if (view != null) {
            view.close(true);
            listener.onForgotten(service);
        }
    }

    public boolean awaitReachable(Channel channel, Duration limit) throws InterruptedException {
        ServiceView view = view(channel.name().owner());
        boolean linked = channel.style() == InteractionStyle.ONE_WAY || channel.style() == InteractionStyle.REQUEST;
        if (linked) {
            view.wantLinks();
        }
        long end = core.time.nanoTime() + Durations.nanos(limit);
        while (!(linked ? view.isReachable(channel.name()) : view.isAnnounced(channel.name()))) {
            long left = end - core.time.nanoTime();
            if (left <= 0 || core.isClosing()) {
                return false;
            }
            if (linked) {
                view.wakeLinks();
            }
            view.awaitChange(Math.min(left, LOOK_AGAIN.toNanos()));
        }
        return true;
    }

    public int linksUp() {
        return views.values().stream().mapToInt(ServiceView::linksUp).sum();
    }

    public Collection<ServiceView> views() {
        return views.values();
    }

    /** Confined to the I/O context, as are those that follow. */
    public boolean sweep() {
        boolean left = false;
        for (ServiceView view : views.values()) {
            left |= view.sweep();
        }
        return left;
    }

    public void onBeat(long now) {
        views.values().forEach(view -> view.onBeat(now));
    }

    public void goAway(long millis) {
        views.values().forEach(view -> view.goAway(millis));
    }

    public boolean isIdle() {
        boolean isIdle = true;
        for (ServiceView view : views.values()) {
            isIdle &= view.isIdle();
        }
        return isIdle;
    }

    /** @param orderly whether this is the I/O context and the port still open */
    public void close(boolean orderly) {
        views.values().forEach(view -> view.close(orderly));
        closeDiscovery();
    }

    private void closeDiscovery() {
        if (resolver != null) {
            resolver.close();
        }
        if (registry != null) {
            registry.close();
        }
    }

    private ServiceResolver requireResolver() {
        if (resolver == null) {
            throw new IllegalStateException("The peer has not joined the mesh yet");
        }
        return resolver;
    }
}
