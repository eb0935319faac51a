package io.parley.discovery.local;

import io.parley.discovery.Discovery;
import io.parley.testkit.DiscoveryContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** The contract in real time, in threads of the system. */
class LocalDirectoryDiscoveryTest extends DiscoveryContract {

    @TempDir
    private Path temporary;

    @Override
    protected Discovery discovery() {
        return LocalDirectoryDiscovery.at(mesh()).pollInterval(Duration.ofMillis(20));
    }

    /** A file where the directory was. */
    @Override
    protected boolean breakRegistry() {
        try {
            Files.delete(mesh());
            Files.writeString(mesh(), "in the way");
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void repairRegistry() {
        try {
            Files.delete(mesh());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void spoilRegistry(String service) throws IOException {
        SpoiltLeases.putInto(mesh(), service);
    }

    private Path mesh() {
        return temporary.resolve("mesh");
    }
}
