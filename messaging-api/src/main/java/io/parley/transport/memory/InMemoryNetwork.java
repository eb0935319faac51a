package io.parley.transport.memory;

import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the ports of an {@link InMemoryTransport} are bound to, and where a test makes things go wrong: connections break,
 * frames vanish, arrive late. Ports are named by their {@link io.parley.transport.Port#address}.
 *
 * <p>Thread-safe.
 */
public final class InMemoryNetwork {

    static final String PUBLISH_SUFFIX = "/events";

    private static final String SCHEME = "inmem://";

    private final Map<String, MemoryPort> bound = new LinkedHashMap<>();
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final Set<MemoryLink> waitingLinks = new LinkedHashSet<>();
    private final Set<MemoryFeed> waitingFeeds = new LinkedHashSet<>();
    private final Set<Set<String>> partitions = ConcurrentHashMap.newKeySet();
    private int ports;

    private volatile Function<RandomGenerator, Duration> delay = random -> Duration.ZERO;
    private volatile Predicate<RandomGenerator> publicationLoss = random -> false;

    /** A network without faults. */
    public InMemoryNetwork() {}

    /**
     * From now on every frame takes as long as {@code delay} says, which is asked with the sender's random numbers. Frames of
     * one link or feed still arrive in the order they were sent in.
     */
    public void delayBy(Function<RandomGenerator, Duration> delay) {
        this.delay = Objects.requireNonNull(delay, "delay");
    }

    /**
     * From now on a published frame is lost on its way to a subscriber where {@code loss} says so, which is asked with the publisher's
     * random numbers for each of them, as if the subscriber's queue had been full.
     */
    public void losePublications(Predicate<RandomGenerator> loss) {
        this.publicationLoss = Objects.requireNonNull(loss, "loss");
    }

    /** Breaks all that is connected between two ports: both ends of each link are told. They may connect again at once. */
    public void sever(String address, String otherAddress) {
        Set<String> pair = pair(address, otherAddress);
        severAll("The connection was severed", c -> pair.equals(pair(c.near.address(), c.far.address())));
    }

    /**
     * Lets nothing through between two ports, and tells nobody: what is sent is lost, a link whose other end closes stays
     * half-open, and new connections wait.
     */
    public void partition(String address, String otherAddress) {
        partitions.add(pair(address, otherAddress));
    }

    /** Ends a {@link #partition}. Links and feeds that lost something to it break; those that did not go on. */
    public void heal(String address, String otherAddress) {
        Set<String> pair = pair(address, otherAddress);
        if (partitions.remove(pair)) {
            severAll(
                    "The connection did not survive a partition",
                    c -> c.lossy && pair.equals(pair(c.near.address(), c.far.address())));
            tryWaiting();
        }
    }

    MemoryPort bind(@Nullable String name, PortOptions options, PortListener listener) {
        MemoryPort port;
        synchronized (this) {
            String address = SCHEME + (name != null ? name : options.name() + "-" + ++ports);
            if (bound.containsKey(address)) {
                throw new TransportException("Somebody is bound to " + address);
            }
            port = new MemoryPort(this, address, options, listener);
            bound.put(address, port);
        }
        tryWaiting();
        return port;
    }

    void unbind(MemoryPort port) {
        List<Connection> broken = new ArrayList<>();
        synchronized (this) {
            bound.remove(port.address());
            waitingLinks.removeIf(link -> link.port() == port);
            waitingFeeds.removeIf(feed -> feed.port() == port);
            connections.stream().filter(c -> c.touches(port)).forEach(broken::add);
        }
        broken.forEach(connection -> connection.onClosed(port));
    }

    /** Connects {@code link}, or notes that it waits. */
    synchronized @Nullable LinkConnection connect(MemoryLink link, String address) {
        MemoryPort target = reachable(link.port(), address);
        if (target == null) {
            waitingLinks.add(link);
            return null;
        }
        var end = new MemoryLink(target);
        var connection = new LinkConnection(link, end);
        end.attach(connection);
        connections.add(connection);
        return connection;
    }

    /** Connects {@code feed}, or notes that it waits. */
    synchronized @Nullable FeedConnection follow(MemoryFeed feed, String publishAddress) {
        MemoryPort target = publishAddress.endsWith(PUBLISH_SUFFIX)
                ? reachable(feed.port(), publishAddress.substring(0, publishAddress.length() - PUBLISH_SUFFIX.length()))
                : null;
        if (target == null) {
            waitingFeeds.add(feed);
            return null;
        }
        var connection = new FeedConnection(feed, target);
        connections.add(connection);
        return connection;
    }

    synchronized void forget(MemoryLink link) {
        waitingLinks.remove(link);
    }

    synchronized void forget(MemoryFeed feed) {
        waitingFeeds.remove(feed);
    }

    synchronized void remove(Connection connection) {
        connections.remove(connection);
    }

    boolean isPartitioned(String address, String otherAddress) {
        return !partitions.isEmpty() && partitions.contains(pair(address, otherAddress));
    }

    Duration delay(RandomGenerator random) {
        return delay.apply(random);
    }

    boolean losesPublication(RandomGenerator random) {
        return publicationLoss.test(random);
    }

    static String requireAddress(String address) {
        if (!address.startsWith(SCHEME) || address.length() == SCHEME.length()) {
            throw new TransportException("Not an in-memory address: " + address);
        }
        return address;
    }

    private static Set<String> pair(String address, String otherAddress) {
        return address.equals(otherAddress) ? Set.of(address) : Set.of(address, otherAddress);
    }

    private @Nullable MemoryPort reachable(MemoryPort from, String address) {
        return isPartitioned(from.address(), address) ? null : bound.get(address);
    }

    private void severAll(String reason, Predicate<Connection> which) {
        List<Connection> broken;
        synchronized (this) {
            broken = connections.stream().filter(which).toList();
        }
        broken.forEach(connection -> connection.sever(reason));
    }

    /** Lets those that wait try again, each in its own context. */
    private void tryWaiting() {
        List<MemoryLink> links;
        List<MemoryFeed> feeds;
        synchronized (this) {
            links = List.copyOf(waitingLinks);
            feeds = List.copyOf(waitingFeeds);
            waitingLinks.clear();
            waitingFeeds.clear();
        }
        links.forEach(link -> link.port().lane.execute(link::tryConnect));
        feeds.forEach(feed -> feed.port().lane.execute(feed::tryConnect));
    }
}
