package io.parley.discovery.local;

import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.environment.Environment;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Keeps up the lease of one instance. Thread-safe. */
final class OwnLease {

    private static final Logger LOG = System.getLogger(LocalDirectoryDiscovery.class.getName());

    private final LeaseDirectory directory;
    private final LeaseScan scan;
    private final Duration ttl;
    private final Environment environment;
    private @Nullable Instance instance;
    private String fileName = "";
    private byte[] content = {};

    /** The file as it was written or renewed last; null if it could not be written. */
    private @Nullable Stamp stamp;

    /** The directory's change up to which the file is known to hold {@link #content}. */
    private long verified;

    private boolean displaced;
    private boolean warned;
    private long renewAt;

    OwnLease(LeaseDirectory directory, LeaseScan scan, Duration ttl, Environment environment) {
        this.directory = directory;
        this.scan = scan;
        this.ttl = ttl;
        this.environment = environment;
    }

    /** @throws DiscoveryException if a lease cannot hold {@code announced} */
    synchronized void announce(Instance announced) {
        byte[] announcedContent = Lease.write(announced, ttl);
        Instance before = instance;
        if (before != null && !before.label().equals(announced.label())) {
            withdraw();
        }
        instance = announced;
        fileName = Lease.fileName(announced);
        content = announcedContent;
        displaced = false;
        write(announced);
    }

    /** Can be done again if it was cut off half-way, as for want of memory. */
    synchronized void withdraw() {
        Instance withdrawn = instance;
        if (withdrawn == null || displaced) {
            instance = null;
            return;
        }
        try {
            directory.check();
            if (!isOfAnother(directory.read(fileName, Lease.MAX_BYTES), withdrawn)) {
                directory.delete(fileName);
            }
        } catch (NoSuchFileException e) {
            // As it should be.
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The lease " + directory.path().resolve(fileName) + " is left to go stale", e);
        }
        instance = null;
    }

    /** Writes what could not be written yet or is gone, and renews what is due. */
    synchronized void keepUp() {
        Instance announced = instance;
        if (announced == null || displaced) {
            return;
        }
        if (stamp == null || !scan.contains(fileName)) {
            write(announced);
        } else if (environment.time().nanoTime() - renewAt >= 0) {
            renew(announced);
        }
    }

    /** Reads the file only if it may be another, as that is much of what a peer at rest does. */
    private void renew(Instance announced) {
        try {
            long change = scan.change();
            directory.check();
            Stamp found = Stamp.of(directory.attributes(fileName));
            if (change != verified || !found.equals(stamp)) {
                byte[] bytes = directory.read(fileName, Lease.MAX_BYTES);
                if (!Arrays.equals(bytes, content)) {
                    onOtherContent(bytes, announced);
                    return;
                }
            }
            directory.touch(fileName, environment.time().wallClock());
            Stamp renewed = Stamp.of(directory.attributes(fileName));
            if (renewed.isOfSameFileAs(found)) {
                stamp = renewed;
                verified = change;
                scan.onRenewed(fileName, renewed);
            }
            renewAt = nextRenewal();
        } catch (IOException e) {
            write(announced);
        }
    }

    private void onOtherContent(byte[] found, Instance announced) {
        if (isOfAnother(found, announced)) {
            displaced = true;
            LOG.log(
                    Level.WARNING,
                    "Another peer has announced itself as " + announced.label() + " in " + directory.path()
                            + " and is seen in this one's place; give each instance a name of its own");
        } else {
            write(announced);
        }
    }

    private boolean isOfAnother(byte[] found, Instance announced) {
        try {
            return Lease.read(found, fileName).instance().incarnation() != announced.incarnation();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void write(Instance announced) {
        try {
            try {
                put(announced);
            } catch (NoSuchFileException e) {
                scan.onDirectoryLost();
                directory.prepare();
                put(announced);
            }
            warned = false;
            renewAt = nextRenewal();
        } catch (IOException | DiscoveryException e) {
            stamp = null;
            if (!warned) {
                warned = true;
                LOG.log(
                        Level.WARNING,
                        announced.label() + " cannot be announced in " + directory.path()
                                + "; it is tried again and again",
                        e);
            }
        }
    }

    private void put(Instance announced) throws IOException {
        Stamp put = directory.write(
                fileName,
                content,
                environment.time().wallClock(),
                environment.random().nextLong());
        stamp = put;
        scan.onWritten(new Lease(announced, ttl), content, put);
    }

    private long nextRenewal() {
        return environment.time().nanoTime() + ttl.toNanos() / 3;
    }
}
