package io.parley;

import io.parley.channel.ChannelName;
import io.parley.codec.BytesCodec;
import io.parley.codec.Codec;
import io.parley.codec.TextCodec;
import io.parley.codec.jackson.JacksonCodec;
import io.parley.discovery.Discovery;
import io.parley.environment.Environment;
import io.parley.internal.engine.Engine;
import io.parley.internal.runtime.PeerConfig;
import io.parley.loadbalance.LoadBalancer;
import io.parley.observe.FlowTap;
import io.parley.observe.Tracing;
import io.parley.text.PlainText;
import io.parley.transport.Transport;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects what a peer needs and opens it. Transport and discovery must be given; the rest has defaults. Not thread-safe. */
public final class PeerBuilder {

    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final int RECORDED_STEPS = 65_536;
    private static final int MOST_RECORDED_STEPS = 1 << 24;
    private static final System.Logger LOG = System.getLogger(Peer.class.getName());

    private final String service;
    private final List<Codec> codecs = new ArrayList<>();
    private @Nullable String instance;
    private @Nullable Transport transport;
    private @Nullable Discovery discovery;
    private LoadBalancer balancer = LoadBalancer.randomOfTwo();
    private final Map<String, LoadBalancer> balancers = new HashMap<>();
    private boolean isRegistering = true;
    private Environment environment = Environment.system();
    private @Nullable Executor handlerExecutor;
    private Limits limits = Limits.defaults();
    private Duration defaultTimeout = Duration.ofSeconds(10);
    private Duration closeTimeout = Duration.ofSeconds(5);
    private Map<String, String> metadata = Map.of();
    private @Nullable RouterOptions forwarding;
    private @Nullable String routers;
    private @Nullable FlowTap flowTap;
    private @Nullable Tracing tracing;
    private int recordedSteps = RECORDED_STEPS;
    private @Nullable Set<String> redactedFields;
    private ErrorHandler errorHandler = (what, cause) -> LOG.log(Level.WARNING, what, PlainText.of(cause));
    private DeadLetterChannel deadLetters = letter -> LOG.log(
            Level.WARNING,
            "Dead letter on " + letter.channel() + ", "
                    + PlainText.of(letter.headers().toString()),
            PlainText.of(letter.cause()));

    PeerBuilder(String service) {
        this.service = ChannelName.requireServiceName(service);
    }

    /** The instance's name: 1 to 63 letters, digits and {@code . _ -}. By default the service's name and four random digits. */
    public PeerBuilder instance(String name) {
        if (!INSTANCE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "Not an instance name: \"" + name + "\" (1 to 63 letters, digits and . _ -)");
        }
        this.instance = name;
        return this;
    }

    public PeerBuilder transport(Transport transport) {
        this.transport = Objects.requireNonNull(transport, "transport");
        return this;
    }

    /**
     * Sets how this peer finds others and is found. With a read-only discovery, such as {@link io.parley.discovery.fixed.FixedDiscovery},
     * the peer is not announced, as if it were {@linkplain #registeredByOthers() registered by others}.
     */
    public PeerBuilder discovery(Discovery discovery) {
        this.discovery = Objects.requireNonNull(discovery, "discovery");
        return this;
    }

    /** Which of several instances a message goes to. By default {@link LoadBalancer#randomOfTwo}. */
    public PeerBuilder balancer(LoadBalancer balancer) {
        this.balancer = Objects.requireNonNull(balancer, "balancer");
        return this;
    }

    /**
     * The same for messages to one service only.
     *
     * @throws IllegalArgumentException if {@code service} cannot name a service
     */
    public PeerBuilder balancer(String service, LoadBalancer balancer) {
        balancers.put(ChannelName.requireServiceName(service), Objects.requireNonNull(balancer, "balancer"));
        return this;
    }

    /**
     * Announces the peer nowhere: somebody else puts it into a registry, such as {@code parley registrar}, or it is not to be found at
     * all. It finds others as usual.
     */
    public PeerBuilder registeredByOthers() {
        isRegistering = false;
        return this;
    }

    /** Adds a codec, asked before those added earlier and before the defaults (bytes, text, JSON by Jackson). */
    public PeerBuilder codec(Codec codec) {
        codecs.add(0, Objects.requireNonNull(codec, "codec"));
        return this;
    }

    /** Where time, randomness and threads come from; by default the {@linkplain Environment#system() system}. */
    public PeerBuilder environment(Environment environment) {
        this.environment = Objects.requireNonNull(environment, "environment");
        return this;
    }

    /** Has handlers run on an executor of the application's own instead of a pool of the peer's. It is not closed with the peer. */
    public PeerBuilder handlerExecutor(Executor executor) {
        this.handlerExecutor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    public PeerBuilder limits(Limits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
        return this;
    }

    /** How long a request, or a send that waits for a link, may take if the caller says nothing. By default 10 s. */
    public PeerBuilder defaultTimeout(Duration limit) {
        this.defaultTimeout = requirePositive(limit);
        return this;
    }

    /** How long {@link Peer#close()} may take to let work under way finish. By default 5 s. */
    public PeerBuilder closeTimeout(Duration limit) {
        this.closeTimeout = requirePositive(limit);
        return this;
    }

    /**
     * What else the registry shall hold of this instance, such as its {@code zone}, which {@link LoadBalancer#zoneFirst} goes by. It comes
     * before what the {@linkplain Discovery#metadata discovery} says.
     */
    public PeerBuilder metadata(Map<String, String> metadata) {
        this.metadata = Map.copyOf(metadata);
        return this;
    }

    /**
     * Makes this peer a router: what reaches it for a channel of another service, it passes on to an instance of that service, and the
     * answer back; and what another service publishes, it publishes for those who subscribe here. So others can do with this one
     * address and no registry of their own. By default it does not, and refuses what is not for itself.
     *
     * <p>A router has {@link Limits#maxWaiting} from its forwarding instead: what waits is bounded by its size.
     */
    public PeerBuilder forwarding(RouterOptions forwarding) {
        this.forwarding = Objects.requireNonNull(forwarding, "forwarding");
        return this;
    }

    /**
     * Makes this peer known to routers, which announce it in their registry if they were {@linkplain RouterOptions#guests told to}: for peers
     * that have no registry and all the same serve channels, publish or make surveys. Others then link to it directly, so it must
     * be reachable for them at its addresses.
     *
     * @param service the one that the routers are instances of
     */
    public PeerBuilder announceToRouters(String service) {
        this.routers = ChannelName.requireServiceName(service);
        return this;
    }

    /** Has {@code tap} told every step of every message. By default nobody is, which costs nothing. */
    public PeerBuilder flowTap(FlowTap tap) {
        this.flowTap = Objects.requireNonNull(tap, "tap");
        return this;
    }

    /** Has {@code tracing} give each message its trace context and follow it. By default nobody does, which costs nothing. */
    public PeerBuilder tracing(Tracing tracing) {
        this.tracing = Objects.requireNonNull(tracing, "tracing");
        return this;
    }

    /**
     * How many steps of messages the flight recorder holds, the latest ones: what {@code parley explain} and the like know of this peer.
     * By default 65,536, which take up to 6 MiB and the texts in them, once so many have been taken; 0 for no recorder.
     */
    public PeerBuilder flightRecorder(int steps) {
        if (steps < 0 || steps > MOST_RECORDED_STEPS) {
            throw new IllegalArgumentException(
                    "A flight recorder holds 0 to " + MOST_RECORDED_STEPS + " steps: " + steps);
        }
        this.recordedSteps = steps;
        return this;
    }

    /**
     * Lets those who observe this peer see the payloads of the messages that it records, of up to 16 KiB each, and their keys and application's
     * headers, of up to 2,048 characters; the latest 4 MiB of all that. By default none of it leaves that way.
     *
     * @param redactedFields names of JSON fields, and of headers in upper or lower case, whose values are not shown; {@code key} is a message's key
     *     as well. If there are any, a payload that is not JSON is not shown at all
     */
    public PeerBuilder showPayloads(String... redactedFields) {
        this.redactedFields = Set.of(redactedFields);
        return this;
    }

    /** By default a warning in the log. */
    public PeerBuilder onError(ErrorHandler handler) {
        this.errorHandler = Objects.requireNonNull(handler, "handler");
        return this;
    }

    /** By default a warning in the log. */
    public PeerBuilder onDeadLetter(DeadLetterChannel channel) {
        this.deadLetters = Objects.requireNonNull(channel, "channel");
        return this;
    }

    /**
     * Opens the peer: binds its port and announces it, unless it is {@linkplain #registeredByOthers() registered by others}.
     *
     * @throws IllegalStateException if no transport or no discovery was given
     * @throws io.parley.transport.TransportException if the port cannot be bound
     * @throws io.parley.discovery.DiscoveryException if the registry's settings can never work
     */
    public Peer open() {
        if (transport == null || discovery == null) {
            throw new IllegalStateException("A peer needs a transport and a discovery: " + service + " has "
                    + (transport == null ? "no transport" : "no discovery"));
        }
        var all = new ArrayList<>(codecs);
        all.add(new BytesCodec());
        all.add(new TextCodec());
        all.add(JacksonCodec.create());
        var described = new HashMap<>(discovery.metadata());
        described.putAll(metadata);
        String name = instance == null ? service + '-' + fourDigits() : instance;
        return Engine.open(new PeerConfig(
                new PeerConfig.Identity(service, name, Map.copyOf(described), isRegistering),
                new PeerConfig.Plugins(transport, discovery, List.copyOf(all), environment, handlerExecutor),
                new PeerConfig.Calling(balancer, Map.copyOf(balancers), defaultTimeout),
                new PeerConfig.Routing(forwarding, routers),
                new PeerConfig.Observation(flowTap, tracing, recordedSteps, redactedFields, errorHandler, deadLetters),
                forwarding == null ? limits : limits.withMaxWaiting(Integer.MAX_VALUE),
                closeTimeout));
    }

    private String fourDigits() {
        return HexFormat.of().toHexDigits((short) environment.random().nextLong());
    }

    private static Duration requirePositive(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("A time limit must be positive: " + limit);
        }
        return limit;
    }
}
