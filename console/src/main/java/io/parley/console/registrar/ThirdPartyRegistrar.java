package io.parley.console.registrar;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.discovery.Discovery;
import io.parley.discovery.Instance;
import io.parley.environment.Environment;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Registers instances that do not register themselves, and looks after them through links of its own. Instances whose registrar has
 * ended without closing are left to the registry, which sees no signs of life any more. Confined to one thread, save for the reports,
 * which come in any.
 */
public final class ThirdPartyRegistrar implements AutoCloseable {

    private final Peer peer;
    private final Discovery discovery;
    private final Environment environment;
    private final Consumer<Report> reports;
    /** By the address, of which there is one each. */
    private final Map<String, ManagedRegistration> instances = new LinkedHashMap<>();

    private Duration removeAfter = Duration.ZERO;

    /**
     * @param peer asks for signs of life, at its {@linkplain Limits#heartbeat heartbeat}
     * @param discovery where to register
     * @param reports is told what becomes of each instance; must not block
     */
    public ThirdPartyRegistrar(Peer peer, Discovery discovery, Environment environment, Consumer<Report> reports) {
        this.peer = peer;
        this.discovery = discovery;
        this.environment = environment;
        this.reports = reports;
    }

    /** Looks after these from now on, and no others: those are taken out. One that is configured as before goes on as before. */
    public void apply(RegistrarConfig config) {
        removeAfter = config.removeAfter();
        Set<Instance> wanted = new HashSet<>(config.instances());
        for (ManagedRegistration each : List.copyOf(instances.values())) {
            if (!wanted.contains(each.configured())) {
                instances.remove(each.configured().address());
                each.close();
            }
        }
        for (Instance each : config.instances()) {
            if (!instances.containsKey(each.address())) {
                var lookedAfter = new ManagedRegistration(each, discovery, environment, reports);
                instances.put(each.address(), lookedAfter);
                lookedAfter.start(peer);
            }
        }
    }

    /** Does what is due because of time; to be called several times a second. */
    public void look() {
        instances.values().forEach(each -> each.look(removeAfter));
    }

    /** Takes all instances out of the registry. */
    @Override
    public void close() {
        instances.values().forEach(ManagedRegistration::close);
        instances.clear();
    }
}
