package io.parley.discovery.memory;

import io.parley.discovery.Discovery;
import io.parley.discovery.DiscoveryException;
import io.parley.environment.Environment;
import io.parley.testkit.DiscoveryContract;
import io.parley.testkit.SimulatedEnvironment;
import java.util.function.BooleanSupplier;

/** The same contract with all resolvers and registries in one simulated thread. */
class InMemoryDiscoveryInSimulationTest extends DiscoveryContract {

    private final SimulatedEnvironment simulation = SimulatedEnvironment.seeded(42);
    private final InMemoryDiscovery registry = InMemoryDiscovery.create();

    @Override
    protected Discovery discovery() {
        return registry;
    }

    @Override
    protected Environment environment() {
        return simulation;
    }

    @Override
    protected void await(String what, BooleanSupplier condition) {
        simulation.runUntil(condition, limit());
    }

    @Override
    protected boolean breakRegistry() {
        registry.failWith(new DiscoveryException("Away for a test"));
        return true;
    }

    @Override
    protected void repairRegistry() {
        registry.recover();
    }
}
