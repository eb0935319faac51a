package io.parley.consul;

import io.parley.consul.gateway.ConsulException;
import io.parley.consul.gateway.ConsulGateway;
import io.parley.consul.gateway.Registration;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import io.parley.environment.Safely;
import io.parley.time.Timers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one instance registered in Consul: registers it however often that takes, gives signs of life while the peer's I/O does,
 * registers it anew if Consul has forgotten it, and deregisters it at the end. A timer wakes a pool of one thread, in which all of
 * that is done.
 *
 * <p>Thread-safe.
 */
final class OwnRegistration implements AutoCloseable {

    private static final Logger LOG = System.getLogger(ConsulDiscovery.class.getName());

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration FAREWELL = Duration.ofSeconds(1);
    private static final String WITHDRAWN = "It is closing and takes no more work.";

    private final ConsulSettings settings;
    private final SharedAgent agent;
    private final ConsulGateway gateway;
    private final Timers time;
    private final Pool pool;
    private final Backoff backoff;
    private final Duration beat;

    /** Guarded by this, as are those that follow. */
    private @Nullable Registration wanted;

    private String label = "";
    private Timers.@Nullable Timer timer;
    private ServiceRegistry.@Nullable LivenessProbe probe;
    private boolean isLookDue;
    private boolean isClosed;

    /** What was put there last, and may or may not have arrived; confined to the pool, as are those that follow. */
    private @Nullable Registration put;

    private boolean isThere;
    private boolean isPassing;
    private boolean hasFailed;
    private boolean isAsked;
    private long askedAt;
    private boolean isStuck;

    OwnRegistration(ConsulSettings settings, SharedAgent agent, Environment environment) {
        this.settings = settings;
        this.agent = agent;
        this.gateway = agent.gateway();
        this.time = agent.timers();
        this.pool = environment.openPool("parley-consul-registration", 1);
        this.backoff = new Backoff(environment.random(), LONGEST_PAUSE);
        this.beat = settings.ttl().dividedBy(3);
    }

    /** @param registration how Consul is told of {@code instance} */
    void announce(Instance instance, Registration registration) {
        synchronized (this) {
            wanted = registration;
            label = instance.label();
        }
        lookNow();
    }

    void withdraw() {
        synchronized (this) {
            wanted = null;
        }
        lookNow();
    }

    synchronized void livenessProbe(ServiceRegistry.LivenessProbe probe) {
        this.probe = probe;
    }

    /** Does what is to be done, before its time. */
    void lookNow() {
        synchronized (this) {
            if (isLookDue) {
                return;
            }
            isLookDue = true;
        }
        execute(this::onLook);
    }

    /** Takes the instance out; waits a moment for that. */
    @Override
    public void close() {
        synchronized (this) {
            wanted = null;
            if (timer != null) {
                timer.cancel();
            }
        }
        var done = new CountDownLatch(1);
        execute(() -> {
            try {
                onFarewell();
            } finally {
                done.countDown();
            }
        });
        synchronized (this) {
            isClosed = true;
        }
        pool.close();
        try {
            if (!done.await(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.log(Level.DEBUG, settings + " has not taken " + label + " out yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void execute(Runnable task) {
        synchronized (this) {
            if (isClosed) {
                return;
            }
        }
        try {
            pool.execute(() -> run(task));
        } catch (RejectedExecutionException e) {
            // Closed meanwhile, so that there is nothing left to do.
        }
    }

    private void run(Runnable task) {
        if (!Safely.run(task, e -> LOG.log(Level.ERROR, "Keeping " + label + " registered failed", e))) {
            // A fault of ours, or of the peer that was asked, or no memory: no reason to give up.
            isAsked = false;
            schedule(beat);
        }
    }

    private void onLook() {
        Registration now;
        synchronized (this) {
            isLookDue = false;
            now = wanted;
        }
        try {
            if (now == null) {
                retire();
                return;
            }
            if (!isThere || !now.equals(put)) {
                register(now);
            }
            schedule(beat);
            askForBeat();
        } catch (ConsulException e) {
            onFailure(e);
        }
    }

    private void register(Registration now) throws ConsulException {
        Registration before = put;
        put = now;
        isThere = false;
        if (before != null && !before.id().equals(now.id())) {
            isPassing = false;
            gateway.deregister(before.id());
        }
        // One that passes goes on passing: with its channels changed it is the same peer.
        gateway.register(now, isPassing);
        if (!gateway.has(now.id())) {
            throw ConsulException.contradicted(
                    settings + " has taken the registration of " + label + " and does not have it");
        }
        isThere = true;
    }

    /** Not chosen any more, but still known: it has work to finish. */
    private void retire() throws ConsulException {
        if (put != null && isPassing) {
            isPassing = false;
            isThere = gateway.fail(put.id(), WITHDRAWN);
        }
    }

    private void askForBeat() {
        long now = time.nanoTime();
        if (isAsked) {
            if (!isStuck && now - askedAt >= settings.ttl().toNanos()) {
                isStuck = true;
                LOG.log(
                        Level.WARNING,
                        "The I/O of " + label + " has not answered for "
                                + settings.ttl().toSeconds() + " s; Consul is told nothing until it does");
            }
            return;
        }
        isAsked = true;
        askedAt = now;
        ServiceRegistry.LivenessProbe asked;
        synchronized (this) {
            asked = probe;
        }
        if (asked == null) {
            onPulse();
        } else {
            asked.ask(() -> execute(this::onPulse));
        }
    }

    private void onPulse() {
        isAsked = false;
        isStuck = false;
        synchronized (this) {
            if (wanted == null || !wanted.equals(put)) {
                return;
            }
        }
        try {
            beat(put);
        } catch (ConsulException e) {
            onFailure(e);
        }
    }

    private void beat(@Nullable Registration held) throws ConsulException {
        if (held == null || !isThere) {
            return;
        }
        if (!gateway.pass(held.id())) {
            if (isPassing) {
                // It was there, so that this is a loss, and no agent that never takes it: no need to be slow.
                backoff.reset();
                agent.onTrouble();
            }
            isThere = false;
            isPassing = false;
            throw ConsulException.contradicted(settings + " has forgotten " + label + ", which registers anew");
        }
        isPassing = true;
        backoff.reset();
        if (hasFailed) {
            hasFailed = false;
            LOG.log(Level.INFO, label + " is registered again with " + settings);
        }
    }

    private void onFarewell() {
        Registration last = put;
        put = null;
        if (last == null) {
            return;
        }
        try {
            gateway.deregister(last.id());
        } catch (ConsulException e) {
            LOG.log(
                    Level.WARNING,
                    label + " is left to Consul to remove once it has been critical for "
                            + settings.removeAfter().toSeconds() + " s" + ": " + e.getMessage());
        }
    }

    /** The first of several is told. One alone is a connection that broke; more are an outage. */
    private void onFailure(ConsulException e) {
        if (hasFailed && !e.isAnswered()) {
            agent.onTrouble();
        }
        if (!hasFailed) {
            hasFailed = true;
            LOG.log(Level.WARNING, e.getMessage() + " (trying on to keep " + label + " registered)");
        }
        schedule(backoff.next());
    }

    private synchronized void schedule(Duration delay) {
        if (timer != null) {
            timer.cancel();
        }
        if (!isClosed) {
            timer = time.schedule(delay, this::lookNow);
        }
    }
}
