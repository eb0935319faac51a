package io.parley.console.registrar;

import io.parley.Peer;
import io.parley.Probe;
import io.parley.discovery.Discovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import io.parley.environment.Environment;
import io.parley.message.PeerName;
import io.parley.time.TimeSource;
import io.parley.zmq.ZmqTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One instance that does not register itself: announced when it answers, withdrawn when it does not, taken out when it has not for
 * long. Its registry gives the registry signs of life only while the probe's link is ready. Thread-safe.
 */
final class ManagedRegistration implements Probe.Listener, AutoCloseable {

    /** A link that broke and was made again at once is no news to the registry. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Discovery discovery;
    private final Environment environment;
    private final TimeSource time;
    private final Consumer<Report> reports;
    private final Instance configured;

    /** Guarded by this, as are those that follow. */
    private Report.State state = Report.State.AWAITED;

    private Instance known;
    private @Nullable Probe probe;
    private @Nullable ServiceRegistry registry;
    /** Why it does not answer; null if it does. */
    private @Nullable String silence = "";

    private long silentSince;
    private boolean closed;

    ManagedRegistration(Instance configured, Discovery discovery, Environment environment, Consumer<Report> reports) {
        this.configured = configured;
        this.discovery = discovery;
        this.environment = environment;
        this.time = environment.time();
        this.reports = reports;
        this.known = configured;
    }

    /** What the probe has to tell waits until it is known here. */
    synchronized void start(Peer peer) {
        probe = peer.probe(configured, this);
    }

    Instance configured() {
        return configured;
    }

    @Override
    public synchronized void onUp(PeerName who, Instance instance) {
        if (closed) {
            return;
        }
        silence = null;
        if (!who.service().equals(configured.service())) {
            refuse("it calls itself " + who + ", which is no instance of " + configured.service());
            return;
        }
        boolean isSame = instance.incarnation() == known.incarnation();
        if (isSame && state == Report.State.ANNOUNCED) {
            return;
        }
        known = since(instance, isSame ? known.since() : time.wallClock());
        try {
            openRegistry().announce(known);
            tell(Report.State.ANNOUNCED, "");
        } catch (RuntimeException e) {
            refuse(String.valueOf(e.getMessage()));
        }
    }

    private static Instance since(Instance instance, Instant since) {
        return new Instance(
                instance.service(),
                instance.name(),
                instance.incarnation(),
                instance.address(),
                instance.publishAddress(),
                instance.channels(),
                since,
                instance.metadata());
    }

    private ServiceRegistry openRegistry() {
        ServiceRegistry open = registry;
        if (open == null) {
            open = discovery
                    .openRegistry(environment, ZmqTransport.addresses())
                    .orElseThrow(() -> new DiscoveryException("The discovery is read-only: " + discovery));
            open.livenessProbe(Objects.requireNonNull(probe)::ask);
            registry = open;
        }
        return open;
    }

    private void refuse(String why) {
        leave();
        tell(Report.State.REFUSED, why);
    }

    @Override
    public synchronized void onDown(String reason) {
        if (closed) {
            return;
        }
        silence = reason;
        silentSince = time.nanoTime();
        if (state == Report.State.AWAITED) {
            tell(Report.State.AWAITED, reason);
        }
    }

    /** Does what is due because of time. */
    synchronized void look(Duration removeAfter) {
        String why = silence;
        if (closed || why == null || registry == null) {
            return;
        }
        long silentFor = time.nanoTime() - silentSince;
        if (state == Report.State.ANNOUNCED && silentFor >= PATIENCE.toNanos()) {
            registry.withdraw();
            tell(Report.State.CRITICAL, why);
        }
        if (silentFor >= removeAfter.toNanos()) {
            leave();
            tell(Report.State.REMOVED, why);
        }
    }

    private void tell(Report.State state, String why) {
        this.state = state;
        reports.accept(new Report(known, state, why));
    }

    private void leave() {
        if (registry != null) {
            registry.close();
            registry = null;
        }
    }

    /** Takes it out. */
    @Override
    public synchronized void close() {
        closed = true;
        if (probe != null) {
            probe.close();
        }
        leave();
    }
}
