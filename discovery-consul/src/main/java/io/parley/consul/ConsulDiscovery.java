package io.parley.consul;

import io.parley.discovery.Discovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.ServiceRegistry;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.transport.AddressFormat;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Discovery through Consul. A peer registers itself with an agent, gives it signs of life, and is told by it about others.
 * {@code docs/consul.md} says what is registered, for those who register peers by other means.
 *
 * <p>Consul may be away when a peer opens, or at any time later: what it said last stays in use, and peers register by themselves once it
 * is back.
 *
 * <p>All resolvers of one discovery share their watches: each service is watched once, however many peers care for it. A process
 * should therefore have one discovery for all its peers. Towards Consul it holds one connection for each service that is watched, though
 * no more than {@link ConsulDiscoveryBuilder#connections}, and a passing one for each peer that registers or asks.
 *
 * <p>If two peers claim the same instance of the same service, the one that opened last stands.
 *
 * <p>It needs real time and threads: a simulated environment will not do.
 *
 * <p>Thread-safe.
 */
public final class ConsulDiscovery implements Discovery {

    private final ConsulSettings settings;
    private final Map<Environment, SharedAgent> agents = new IdentityHashMap<>();

    ConsulDiscovery(ConsulSettings settings) {
        this.settings = settings;
    }

    /**
     * The agent whose HTTP API is at {@code url}, such as {@code http://127.0.0.1:8500}, with everything else as it comes.
     *
     * @throws IllegalArgumentException if that is no such URL
     */
    public static ConsulDiscovery at(String url) {
        return builder(url).build();
    }

    /**
     * As {@link #at}, to say more.
     *
     * @throws IllegalArgumentException if that is no such URL
     */
    public static ConsulDiscoveryBuilder builder(String url) {
        return new ConsulDiscoveryBuilder(url);
    }

    /**
     * {@inheritDoc}
     *
     * @throws DiscoveryException also if a certificate or key cannot be read
     */
    @Override
    public ServiceResolver openResolver(Environment environment, AddressFormat addresses) {
        synchronized (agents) {
            return new ConsulResolver(settings, use(environment), environment, addresses, this::release);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws DiscoveryException also if a certificate or key cannot be read
     */
    @Override
    public Optional<ServiceRegistry> openRegistry(Environment environment, AddressFormat addresses) {
        synchronized (agents) {
            return Optional.of(new ConsulRegistry(settings, use(environment), environment, addresses, this::release));
        }
    }

    /** Called under the lock. */
    private SharedAgent use(Environment environment) {
        SharedAgent agent = agents.get(environment);
        if (agent == null) {
            agent = new SharedAgent(settings, environment);
            agents.put(environment, agent);
        }
        agent.users++;
        return agent;
    }

    /** The zone, if one was given. */
    @Override
    public Map<String, String> metadata() {
        return settings.zone().isEmpty() ? Map.of() : Map.of(ConsulSettings.ZONE, settings.zone());
    }

    private void release(SharedAgent agent) {
        synchronized (agents) {
            if (--agent.users > 0) {
                return;
            }
            agents.values().remove(agent);
        }
        agent.close();
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
