package io.parley.discovery.local;

import io.parley.discovery.Discovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.ServiceRegistry;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.time.Durations;
import io.parley.transport.AddressFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Discovery among the peers of one user on one machine, with no server: each peer keeps a lease file in a directory and looks
 * for those of the others. {@code docs/local-directory.md} specifies it for peers in other languages.
 *
 * <p>If two peers claim the same instance of the same service, the newer lease stands; the older peer logs a warning and leaves it
 * alone until it announces anew.
 *
 * <p>All peers of a process that use the same directory look at it together, as often as the one that asks for the most.
 *
 * <p>Immutable.
 */
public final class LocalDirectoryDiscovery implements Discovery {

    private static final Pattern MESH = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Duration TTL = Duration.ofSeconds(6);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

    private final @Nullable Path directory;
    private final String mesh;
    private final Duration ttl;
    private final Duration pollInterval;

    private LocalDirectoryDiscovery(@Nullable Path directory, String mesh, Duration ttl, Duration pollInterval) {
        this.directory = directory;
        this.mesh = mesh;
        this.ttl = ttl;
        this.pollInterval = pollInterval;
    }

    /**
     * The mesh of that name among this user's: 1 to 63 letters, digits and {@code . _ -}, beginning with a letter or digit. Its
     * directory is {@code $PARLEY_HOME/<mesh>}, else {@code $XDG_RUNTIME_DIR/parley/<mesh>}, else
     * {@code <java.io.tmpdir>/parley-<user>/<mesh>}; it is looked up when a resolver or registry is opened.
     *
     * @throws IllegalArgumentException if {@code name} is not such a name
     */
    public static LocalDirectoryDiscovery mesh(String name) {
        if (!MESH.matcher(Objects.requireNonNull(name, "name")).matches()) {
            throw new IllegalArgumentException("Not a mesh's name: \"" + name
                    + "\" (1 to 63 letters, digits and . _ -, beginning with a letter or digit)");
        }
        return new LocalDirectoryDiscovery(null, name, TTL, POLL_INTERVAL);
    }

    /** The mesh whose leases lie in {@code directory}, which is created if it is not there. */
    public static LocalDirectoryDiscovery at(Path directory) {
        return new LocalDirectoryDiscovery(directory.toAbsolutePath().normalize(), "", TTL, POLL_INTERVAL);
    }

    /**
     * Where the leases lie: for a mesh by name, what the surroundings say now.
     *
     * @throws DiscoveryException if the surroundings name no directory that could be used
     */
    public Path directory() {
        return directory == null ? LeaseDirectory.ofMesh(mesh).path() : directory;
    }

    /** How long a peer is still seen after its last sign of life: 100 ms to 1 h, by default 6 s. It renews its lease at a third. */
    public LocalDirectoryDiscovery ttl(Duration ttl) {
        long millis = Durations.millis(ttl);
        if (millis < Lease.LEAST_TTL_MILLIS || millis > Lease.GREATEST_TTL_MILLIS) {
            throw new IllegalArgumentException("A lease lasts from " + Lease.LEAST_TTL_MILLIS + " ms to "
                    + Lease.GREATEST_TTL_MILLIS + " ms: " + ttl);
        }
        return new LocalDirectoryDiscovery(directory, mesh, ttl, pollInterval);
    }

    /** How often the directory is looked at: 10 ms to a third of the lease's time, by default 250 ms. */
    public LocalDirectoryDiscovery pollInterval(Duration interval) {
        long millis = Durations.millis(interval);
        if (millis < 10 || millis > Lease.GREATEST_TTL_MILLIS / 3) {
            throw new IllegalArgumentException(
                    "The directory is looked at every 10 ms to " + Lease.GREATEST_TTL_MILLIS / 3 + " ms: " + interval);
        }
        return new LocalDirectoryDiscovery(directory, mesh, ttl, interval);
    }

    /**
     * {@inheritDoc}
     *
     * @throws DiscoveryException also if the directory cannot be made, is not this user's own, or others may write to it
     */
    @Override
    public ServiceResolver openResolver(Environment environment, AddressFormat addresses) {
        return SharedDirectory.openResolver(prepared(), environment, new LeasePace(ttl, pollInterval));
    }

    /**
     * {@inheritDoc}
     *
     * @throws DiscoveryException also if the directory cannot be made, is not this user's own, or others may write to it
     */
    @Override
    public Optional<ServiceRegistry> openRegistry(Environment environment, AddressFormat addresses) {
        return Optional.of(SharedDirectory.openRegistry(prepared(), environment, new LeasePace(ttl, pollInterval)));
    }

    private LeaseDirectory prepared() {
        if (pollInterval.multipliedBy(3).compareTo(ttl) > 0) {
            throw new DiscoveryException(
                    "A poll interval of " + pollInterval + " is more than a third of the lease's time, " + ttl);
        }
        var checked = directory == null ? LeaseDirectory.ofMesh(mesh) : LeaseDirectory.at(directory);
        checked.prepare();
        return checked;
    }

    @Override
    public String toString() {
        return "local directory " + (directory == null ? "of mesh " + mesh : directory);
    }
}
