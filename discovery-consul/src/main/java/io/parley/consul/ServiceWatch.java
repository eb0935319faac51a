package io.parley.consul;

import io.parley.consul.gateway.AbortHandle;
import io.parley.consul.gateway.ConsulException;
import io.parley.consul.gateway.ConsulGateway;
import io.parley.consul.gateway.HealthAnswer;
import io.parley.consul.gateway.HealthQuery;
import io.parley.discovery.ConflatingWatcher;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.environment.Environment;
import io.parley.time.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Consul says of one service, as long as somebody wants to know. It says so with caution: what is known stands until Consul has said
 * something else, and a set is not emptied on one answer alone.
 *
 * <p>Thread-safe; its rounds come one after the other.
 */
final class ServiceWatch implements WatchLanes.Rounds {

    private static final Logger LOG = System.getLogger(ConsulDiscovery.class.getName());

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration OLDEST_CONTACT = Duration.ofSeconds(10);
    /** When watches have to take turns. */
    private static final Duration TURN = Duration.ofSeconds(1);

    /** One failure is a connection that broke; two are an outage. */
    private static final int OUTAGE = 2;

    /** Each instance that comes or goes takes two rounds; with many of them at a time, none is to be told late for having to wait. */
    private static final int BURST = 50;

    private static final double ROUNDS_PER_SECOND = 20;

    private final String service;
    private final String consulName;
    private final ConsulSettings settings;
    private final ConsulGateway gateway;
    private final SharedAgent agent;
    private final TimeSource time;
    private final PeerEntries entries;
    private final Backoff backoff;
    private final TokenBucket bucket;
    private final AbortHandle cut = new AbortHandle();
    private volatile boolean isEnded;

    /** Guarded by this, as are {@link #known} and {@link #problem}. */
    private final List<ConflatingWatcher> watchers = new ArrayList<>();

    private @Nullable List<Instance> known;
    private @Nullable DiscoveryException problem;

    /** Confined to the rounds, as are those that follow. */
    private long index;

    /** That of the last answer, whatever came after it. */
    private long lastIndex;

    private int failures;
    private final Recovery recovery;

    ServiceWatch(
            WatchKey key,
            String consulName,
            ConsulSettings settings,
            ConsulGateway gateway,
            Environment environment,
            SharedAgent agent) {
        this.service = key.service();
        this.consulName = consulName;
        this.settings = settings;
        this.gateway = gateway;
        this.agent = agent;
        this.time = environment.time();
        this.entries = new PeerEntries(service, settings.address(), key.addresses());
        this.backoff = new Backoff(environment.random(), LONGEST_PAUSE);
        this.recovery = new Recovery(time, settings.grace());
        this.bucket = new TokenBucket(time, BURST, ROUNDS_PER_SECOND);
    }

    /** Tells {@code watcher} what is known, and from now on what changes. */
    synchronized void join(ConflatingWatcher watcher) {
        watchers.add(watcher);
        if (known != null) {
            watcher.onSnapshot(known);
        }
        if (problem != null) {
            watcher.onError(problem);
        }
    }

    /** Whether that was the last one. */
    synchronized boolean leave(ConflatingWatcher watcher) {
        watchers.remove(watcher);
        return watchers.isEmpty();
    }

    /** Ends it, even while it waits at Consul. */
    void end() {
        isEnded = true;
        cut.cut();
    }

    @Override
    public @Nullable Duration round() {
        if (isEnded) {
            return null;
        }
        Duration pause = Duration.ZERO;
        try {
            onAnswer(ask());
        } catch (ConsulException e) {
            if (isEnded) {
                return null;
            }
            onFailure(e);
            pause = backoff.next();
        } catch (RuntimeException e) {
            // A fault of ours: no reason to stop watching.
            LOG.log(Level.ERROR, "An answer about " + service + " could not be used", e);
            index = 0;
            pause = backoff.next();
        }
        Duration turn = bucket.take();
        return turn.compareTo(pause) > 0 ? turn : pause;
    }

    private HealthAnswer ask() throws ConsulException {
        HealthAnswer answer =
                gateway.health(new HealthQuery(consulName, index, waitTime(), settings.isStaleAllowed()), cut);
        boolean isDoubtful = !answer.isLeaderKnown() || answer.lastContact().compareTo(OLDEST_CONTACT) > 0;
        return settings.isStaleAllowed() && isDoubtful ? askLeader() : answer;
    }

    private HealthAnswer askLeader() throws ConsulException {
        return gateway.health(HealthQuery.now(consulName), cut);
    }

    private HealthAnswer askAll() throws ConsulException {
        return gateway.health(HealthQuery.all(consulName), cut);
    }

    private Duration waitTime() {
        Duration wait = agent.isCrowded() ? TURN : settings.watchTime();
        if (recovery.isOn()) {
            Duration left = recovery.left();
            return left.compareTo(wait) < 0 ? left : wait;
        }
        return wait;
    }

    private void onAnswer(HealthAnswer answer) throws ConsulException {
        boolean wentBack = answer.index() > 0 && answer.index() < lastIndex;
        Collection<Instance> before = before();
        if (wentBack || failures >= OUTAGE) {
            recovery.begin(before);
        } else if (agent.isDoubted()) {
            recovery.doubt(before);
        } else {
            recovery.look();
        }
        var found = new ArrayList<>(entries.read(answer));
        if (recovery.isOn()) {
            found.addAll(recovery.kept(found, before, () -> entries.names(askAll())));
        } else if (found.isEmpty() && !before.isEmpty()) {
            found.addAll(entries.read(askLeader()));
        }
        if (failures >= OUTAGE) {
            LOG.log(Level.INFO, settings + " answers again");
            agent.onBack();
        }
        failures = 0;
        backoff.reset();
        index = wentBack ? 0 : Math.max(1, answer.index());
        lastIndex = answer.index();
        tell(List.copyOf(found));
    }

    /** An index from before an outage may be higher than any to come for a long time, and would be waited for. */
    private void onFailure(ConsulException e) {
        index = 0;
        failures++;
        if (failures == OUTAGE) {
            tell(new DiscoveryException(String.valueOf(e.getMessage()), e));
        }
    }

    private synchronized Collection<Instance> before() {
        return known == null ? List.of() : known;
    }

    private synchronized void tell(List<Instance> instances) {
        known = instances;
        problem = null;
        watchers.forEach(watcher -> watcher.onSnapshot(instances));
    }

    private synchronized void tell(DiscoveryException problem) {
        this.problem = problem;
        watchers.forEach(watcher -> watcher.onError(problem));
    }
}
