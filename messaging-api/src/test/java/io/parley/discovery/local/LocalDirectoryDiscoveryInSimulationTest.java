package io.parley.discovery.local;

import io.parley.discovery.Discovery;
import io.parley.environment.Environment;
import io.parley.testkit.DiscoveryContract;
import io.parley.testkit.SimulatedEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.io.TempDir;

/** The contract with all resolvers and registries in one thread and virtual time: nothing here waits for a clock. */
class LocalDirectoryDiscoveryInSimulationTest extends DiscoveryContract {

    private final SimulatedEnvironment simulation = SimulatedEnvironment.seeded(7);

    @TempDir
    private Path temporary;

    @Override
    protected Discovery discovery() {
        return LocalDirectoryDiscovery.at(temporary.resolve("mesh"));
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
    protected void spoilRegistry(String service) throws IOException {
        SpoiltLeases.putInto(temporary.resolve("mesh"), service);
    }
}
