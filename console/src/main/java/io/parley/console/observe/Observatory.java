package io.parley.console.observe;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.SubscribeOptions;
import io.parley.Subscription;
import io.parley.console.flow.Flow;
import io.parley.console.json.Json;
import io.parley.console.observe.ObservedPeer.Status;
import io.parley.discovery.Discovery;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.environment.Safely;
import io.parley.message.Message;
import io.parley.observe.ReservedChannels;
import io.parley.zmq.ZmqTransport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all peers of a mesh: finds them in the registry, asks each how it is, and follows what flows. All of it rides on reserved
 * channels, so that nobody has to be prepared. Thread-safe.
 */
public final class Observatory implements AutoCloseable {

    /** How often peers are looked for, and asked. */
    private static final Duration LOOK = Duration.ofMillis(500);

    /** Until the registry has told of all services that it lists; it may list some that have no instance any more. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(20);

    private static final Duration FIRST_LIMIT = Duration.ofSeconds(2);

    private static final Duration ANSWER_LIMIT = Duration.ofMillis(1500);

    private static final long WAIT_MILLIS = 20;
    private static final byte[] NO_QUESTION = "{}".getBytes(StandardCharsets.UTF_8);

    private final Peer peer;
    private final Environment environment = Environment.system();
    private final ServiceResolver resolver;
    private final boolean isToFollow;
    private final Map<String, Subscription> followed = new ConcurrentHashMap<>();
    private final KnownPeers peers = new KnownPeers(environment);
    private final Set<Long> asked = ConcurrentHashMap.newKeySet();
    private final DepartureTracker departures;
    private final DepartureTracker.Listener onDeparture = new DepartureTracker.Listener() {
        @Override
        public void onLeft(String label) {
            peers.onDeparture(label);
        }

        @Override
        public void onLost(String label) {
            listeners.forEach(listener -> listener.onLost(label));
        }
    };
    private final LeftOut leftOut = new LeftOut();
    private final AtomicLong missedBatches = new AtomicLong();
    private final RecentFlows recent = new RecentFlows();
    private final Edges edges = new Edges();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Thread looking;
    private final Instant openedAt;
    private volatile boolean hasLooked;
    private volatile boolean isClosed;

    /** Is told what an observatory sees. Calls come from several threads, and must not block. */
    public interface Listener {

        /** Some flows, in the order in which one peer took the steps. */
        default void onFlows(List<Flow> flows) {}

        /** How all peers are now, those that are gone of late included; twice a second. */
        default void onPeers(Collection<ObservedPeer> peers) {}

        /** The observer's own link to the peer with this label has ended, and that had not said that it goes. */
        default void onLost(String label) {}

        /** The registry cannot be read just now. */
        default void onTrouble(String what, Throwable cause) {}
    }

    private Observatory(Peer peer, Discovery discovery, DepartureTracker departures, boolean isToFollow) {
        this.peer = peer;
        this.departures = departures;
        this.isToFollow = isToFollow;
        resolver = discovery.openResolver(environment, ZmqTransport.addresses());
        openedAt = now();
        looking = environment.newThread("parley-observatory", this::look);
    }

    /**
     * Begins to look.
     *
     * @param peer by which it takes part in the mesh; it is not closed with the observatory
     * @param discovery where that peer finds the others
     * @param departures the flow tap of that peer
     */
    public static Observatory open(Peer peer, Discovery discovery, DepartureTracker departures) {
        return open(peer, discovery, departures, true);
    }

    /** As {@link #open(Peer, Discovery, Goodbyes)}, but it looks only at how peers are, and can have messages explained: no peer has to publish. */
    public static Observatory withoutFlows(Peer peer, Discovery discovery) {
        return open(peer, discovery, new DepartureTracker(), false);
    }

    private static Observatory open(Peer peer, Discovery discovery, DepartureTracker departures, boolean isToFollow) {
        var observatory = new Observatory(peer, discovery, departures, isToFollow);
        departures.listen(observatory.onDeparture);
        observatory.looking.start();
        return observatory;
    }

    /** Has {@code listener} told what is seen from now on. */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** Has it told no more. */
    public void unlisten(Listener listener) {
        listeners.remove(listener);
    }

    /** Every peer there is, and those that are gone of late. The observer itself is not among them. */
    public Collection<ObservedPeer> peers() {
        return peers.all();
    }

    /** The peer with this label, {@code service/instance}: of several, one that is there. */
    public Optional<ObservedPeer> peer(String label) {
        return peers.labelled(label);
    }

    /** Who sends to whom. */
    public List<Edge> edges() {
        return edges.edges(second(), now());
    }

    /** The latest flows that {@code filter} lets through, the latest last, {@code most} of them. */
    public List<Flow> recent(Predicate<Flow> filter, int most) {
        return recent.latest(filter, most);
    }

    /** About how many steps were taken since this observatory opened and not seen here, as there were too many. */
    public long leftOut() {
        return leftOut.all();
    }

    /** As {@link #leftOut}, in the last minute. */
    public long leftOutLately() {
        return leftOut.lately(second());
    }

    /** How often batches of flows were missed on the way. */
    public long gaps() {
        return missedBatches.get();
    }

    /**
     * Has every peer asked what it recorded of a message or a conversation, and of all that belongs to the same conversation. Ends within a
     * few seconds, whoever answers.
     *
     * @param id a message id, or a correlation id
     */
    public CompletableFuture<Story> explain(String id) {
        return new Inquiry(peer, environment.time(), peers()).explain(id);
    }

    /**
     * Waits until the peers that are there have been found and asked.
     *
     * @return whether that was so within {@code limit}
     */
    public boolean awaitPeers(Duration limit) throws InterruptedException {
        long end = environment.time().nanoTime() + limit.toNanos();
        synchronized (looking) {
            while (!hasLooked || peers().stream().anyMatch(known -> known.status() == Status.ANNOUNCED)) {
                long left = end - environment.time().nanoTime();
                if (left <= 0 || isClosed) {
                    return false;
                }
                looking.wait(Math.min(left / 1_000_000 + 1, WAIT_MILLIS));
            }
        }
        return true;
    }

    /** Waits until the flows of all services that were found come in; for so long at most. */
    public boolean awaitFlows(Duration limit) throws InterruptedException {
        long end = environment.time().nanoTime() + limit.toNanos();
        for (Subscription subscription : followed.values()) {
            Duration left =
                    Duration.ofNanos(Math.max(1, end - environment.time().nanoTime()));
            if (!subscription.awaitConnected(left)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        isClosed = true;
        synchronized (looking) {
            looking.notifyAll();
        }
        try {
            looking.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        departures.unlisten(onDeparture);
        followed.values().forEach(Subscription::close);
        resolver.close();
    }

    private void look() {
        while (!isClosed) {
            Safely.run(this::lookOnce, this::onLookFailed);
            pause();
        }
    }

    private void onLookFailed(Throwable e) {
        if (!isClosed) {
            listeners.forEach(listener -> listener.onTrouble("The mesh cannot be looked at", e));
        }
    }

    private void pause() {
        synchronized (looking) {
            try {
                if (!isClosed) {
                    looking.wait((hasLooked ? LOOK : FIRST_LOOK).toMillis());
                }
            } catch (InterruptedException e) {
                isClosed = true;
            }
        }
    }

    private void lookOnce() {
        Set<Long> present = new HashSet<>();
        long own = peer.self().incarnation();
        boolean isComplete = true;
        for (String service : resolver.services()) {
            if (isToFollow) {
                followed.computeIfAbsent(service, this::follow);
            }
            Collection<Instance> instances = peer.instances(service);
            isComplete &= !instances.isEmpty();
            for (Instance instance : instances) {
                if (instance.incarnation() != own && present.add(instance.incarnation())) {
                    see(instance);
                }
            }
        }
        hasLooked |= isComplete || Duration.between(openedAt, now()).compareTo(FIRST_LIMIT) > 0;
        peers.onOnly(present);
        Collection<ObservedPeer> all = peers();
        listeners.forEach(listener -> listener.onPeers(all));
    }

    private void see(Instance instance) {
        Status status = peers.onNamed(instance).status();
        if (status != Status.OPAQUE && !status.isOver() && asked.add(instance.incarnation())) {
            ask(instance);
        }
    }

    private void ask(Instance instance) {
        long askedAt = environment.time().nanoTime();
        peer.requestorTo(instance, ReservedChannels.state(instance.service()))
                .requestAsync(NO_QUESTION, ANSWER_LIMIT)
                .whenComplete((answer, failure) -> {
                    asked.remove(instance.incarnation());
                    onState(instance, askedAt, answer, failure);
                });
    }

    private void onState(Instance instance, long askedAt, byte @Nullable [] answer, @Nullable Throwable failure) {
        Map<String, Object> state = answer == null
                ? Map.of()
                : Json.read(new String(answer, StandardCharsets.UTF_8)).orElse(Map.of());
        if (state.isEmpty()) {
            peers.onNoState(instance.incarnation(), failure);
        } else {
            peers.onState(instance.incarnation(), askedAt, state);
        }
    }

    private Subscription follow(String service) {
        SubscribeOptions options = SubscribeOptions.all()
                .withHandling(HandlerOptions.serial())
                .withGapListener(gap -> missedBatches.incrementAndGet());
        return peer.subscribe(ReservedChannels.flows(service), options, this::onBatch);
    }

    private void onBatch(Message<byte[]> message) {
        Map<String, Object> batch =
                Json.read(new String(message.payload(), StandardCharsets.UTF_8)).orElse(Map.of());
        long second = second();
        if (batch.get("leftOut") instanceof Number total && batch.get("incarnation") instanceof String incarnation) {
            leftOut.onTold(incarnation, total.longValue(), second);
        }
        if (!(batch.get("flows") instanceof List<?> written)) {
            return;
        }
        var flows = new ArrayList<Flow>();
        for (Object one : written) {
            if (one instanceof Map<?, ?> fields) {
                Flow.ofFields(fields).ifPresent(flows::add);
            }
        }
        flows.forEach(flow -> edges.add(flow, second));
        recent.add(flows);
        listeners.forEach(listener -> listener.onFlows(flows));
    }

    private long second() {
        return environment.time().nanoTime() / 1_000_000_000;
    }

    private Instant now() {
        return environment.time().wallClock();
    }
}
