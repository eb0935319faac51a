package io.parley.consul;

import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import io.parley.environment.Environment;
import io.parley.transport.AddressFormat;
import java.util.Objects;
import java.util.function.Consumer;

/** Announces one instance in Consul. Thread-safe. */
final class ConsulRegistry implements ServiceRegistry {

    private final ConsulSettings settings;
    private final SharedAgent agent;
    private final AddressFormat addresses;
    private final Consumer<SharedAgent> release;
    private final OwnRegistration registration;
    private final Object lock = new Object();
    private boolean isClosed;

    /** @param release is called when this registry no longer needs the agent */
    ConsulRegistry(
            ConsulSettings settings,
            SharedAgent agent,
            Environment environment,
            AddressFormat addresses,
            Consumer<SharedAgent> release) {
        this.settings = settings;
        this.agent = agent;
        this.addresses = addresses;
        this.release = release;
        this.registration = new OwnRegistration(settings, agent, environment);
        agent.add(registration);
    }

    @Override
    public void requireHoldable(Instance instance) {
        PeerEntry.write(Objects.requireNonNull(instance, "instance"), "", settings, addresses);
    }

    @Override
    public void announce(Instance instance) {
        announceOnBehalfOf(instance, "");
    }

    @Override
    public void announceOnBehalfOf(Instance instance, String announcer) {
        var entry = PeerEntry.write(Objects.requireNonNull(instance, "instance"), announcer, settings, addresses);
        synchronized (lock) {
            if (isClosed) {
                throw new IllegalStateException("This registry is closed");
            }
            registration.announce(instance, entry);
        }
    }

    @Override
    public void withdraw() {
        registration.withdraw();
    }

    @Override
    public void livenessProbe(LivenessProbe probe) {
        registration.livenessProbe(Objects.requireNonNull(probe, "probe"));
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (isClosed) {
                return;
            }
            isClosed = true;
        }
        agent.remove(registration);
        registration.close();
        release.accept(agent);
    }
}
