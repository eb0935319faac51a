package io.parley.discovery.fixed;

import io.parley.environment.Environment;
import io.parley.testkit.SimulatedEnvironment;
import java.util.function.BooleanSupplier;

/** The same contract in one simulated thread. */
class FixedResolverInSimulationTest extends FixedResolverTest {

    private final SimulatedEnvironment simulation = SimulatedEnvironment.seeded(3);

    @Override
    protected Environment environment() {
        return simulation;
    }

    @Override
    protected void await(String what, BooleanSupplier condition) {
        simulation.runUntil(condition, limit());
    }
}
