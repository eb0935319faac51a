package io.parley.discovery.fixed;

import io.parley.discovery.Discovery;
import io.parley.discovery.Instance;
import io.parley.testkit.ServiceResolverContract;
import java.util.Set;

/** The contract of a read-only discovery, in real time. */
class FixedResolverTest extends ServiceResolverContract {

    private final FixedDiscovery discovery = FixedDiscovery.builder()
            .instance("billing", "tcp://10.0.0.6:7001")
            .instance("orders", "tcp://10.0.0.7:7001")
            .instance("orders", "tcp://10.0.0.8:7001")
            .build();

    @Override
    protected Discovery discovery() {
        return discovery;
    }

    @Override
    protected Set<Instance> provide(String service) {
        return Set.copyOf(discovery.instances(service, addresses()));
    }
}
