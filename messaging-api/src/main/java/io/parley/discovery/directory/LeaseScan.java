package io.parley.discovery.directory;

import io.parley.discovery.Instance;
import io.parley.time.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads leases and remembers what it read, so that a look at a directory where nothing happens costs one system call.
 *
 * <p>Files appear, vanish and are replaced by renaming, which the directory's own modification time shows; as that is coarse on some
 * file systems, the directory is listed anew for a while after it changed, and now and then in any case. A renewal shows in a
 * file's modification time alone; it is looked at when the directory is listed, or when the lease would otherwise go stale.
 *
 * <p>The wall clock only judges a modification time not seen before. From then on the monotonic clock counts, so a clock that
 * jumps takes nobody away.
 *
 * <p>Thread-safe.
 */
final class LeaseScan {

    private static final Logger LOG = System.getLogger(LocalDirectoryDiscovery.class.getName());
    private static final Pattern TEMPORARY = Pattern.compile("\\..+~.+\\.json\\.[0-9a-f]{16}\\.tmp");
    private static final long LIST_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();
    private static final Duration TEMPORARY_AGE = Duration.ofMinutes(1);

    private final LeaseDirectory directory;
    private final TimeSource time;
    private final Map<String, Entry> entries = new TreeMap<>();
    private @Nullable FileTime directoryModified;
    private @Nullable Object directoryKey;

    /** Keeps the directory's number from being given to another that takes its place, which would go unnoticed. */
    private @Nullable Closeable anchor;

    private boolean closed;
    private long changedAt;
    private long listedAt;

    LeaseScan(LeaseDirectory directory, TimeSource time) {
        this.directory = directory;
        this.time = time;
    }

    /** The live instances of those services that {@code wanted} accepts. */
    synchronized List<Instance> look(Predicate<String> wanted) throws IOException {
        boolean listed = list();
        long now = time.nanoTime();
        var live = new ArrayList<Instance>();
        for (Entry entry : List.copyOf(entries.values())) {
            if (!wanted.test(entry.service)) {
                continue;
            }
            if (listed || entry.isDoubtful(now)) {
                refresh(entry, now);
            }
            Lease lease = entry.lease;
            if (lease != null && now - entry.expiresAt < 0) {
                live.add(lease.instance());
            }
        }
        return List.copyOf(live);
    }

    /** What was known is kept until it goes stale, unless it turns up again: the directory was taken away and made anew. */
    synchronized void onDirectoryLost() {
        LOG.log(
                Level.WARNING,
                "The directory " + directory.path() + " was taken away; its leases are being written anew");
        entries.values().forEach(entry -> entry.lost = true);
        directoryModified = null;
        directoryKey = null;
        releaseAnchor();
    }

    /** Lets go of the directory. Looks remain possible. */
    synchronized void close() {
        closed = true;
        releaseAnchor();
    }

    /** Deletes what has been stale for long. */
    synchronized void sweep() throws IOException {
        look(service -> true);
        long now = time.nanoTime();
        Instant wallClock = time.wallClock();
        for (Entry entry : List.copyOf(entries.values())) {
            Lease lease = entry.lease;
            Stamp stamp = entry.stamp;
            if (lease == null
                    || stamp == null
                    || now - entry.observedAt <= lease.ttl().toNanos()) {
                continue;
            }
            boolean old =
                    stamp.modified.toInstant().plus(lease.ttl().multipliedBy(3)).isBefore(wallClock);
            if (old && stamp.equals(stampOf(entry.fileName))) {
                directory.delete(entry.fileName);
                entries.remove(entry.fileName);
            }
        }
        for (String name : directory.list(".tmp")) {
            Stamp stamp = TEMPORARY.matcher(name).matches() ? stampOf(name) : null;
            if (stamp != null && stamp.modified.toInstant().plus(TEMPORARY_AGE).isBefore(wallClock)) {
                directory.delete(name);
            }
        }
    }

    private void releaseAnchor() {
        Closeable released = anchor;
        anchor = null;
        if (released != null) {
            try {
                released.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "The directory " + directory.path() + " could not be closed", e);
            }
        }
    }

    /** Brings the names up to date, if there is reason to. */
    private boolean list() throws IOException {
        long now = time.nanoTime();
        BasicFileAttributes attributes;
        try {
            attributes = directory.attributes();
        } catch (NoSuchFileException e) {
            onDirectoryLost();
            directory.prepare();
            attributes = directory.attributes();
        }
        Object key = attributes.fileKey();
        if (directoryKey != null && !directoryKey.equals(key)) {
            onDirectoryLost();
        }
        if (anchor == null && !closed) {
            anchor = directory.anchor();
            attributes = directory.attributes();
            key = attributes.fileKey();
        }
        boolean first = directoryModified == null;
        if (!attributes.lastModifiedTime().equals(directoryModified)) {
            changedAt = now;
        }
        if (!first && now - changedAt > LIST_AGAIN_NANOS && now - listedAt < LIST_AGAIN_NANOS) {
            return false;
        }
        var names = new HashSet<String>();
        for (String name : directory.list(Lease.SUFFIX)) {
            String service = Lease.serviceOf(name);
            if (service != null) {
                names.add(name);
                entries.computeIfAbsent(name, absent -> new Entry(name, service)).lost = false;
            }
        }
        entries.values().removeIf(entry -> !names.contains(entry.fileName) && !(entry.lost && entry.isLive(now)));
        directoryModified = attributes.lastModifiedTime();
        directoryKey = key;
        listedAt = now;
        return true;
    }

    private void refresh(Entry entry, long now) {
        try {
            BasicFileAttributes attributes = directory.attributes(entry.fileName);
            var stamp = new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            if (stamp.equals(entry.stamp)) {
                return;
            }
            if (!attributes.isRegularFile()) {
                entry.skip(stamp, "it is not a regular file", directory);
                return;
            }
            if (attributes.size() > Lease.MAX_BYTES) {
                entry.skip(stamp, "it is larger than " + Lease.MAX_BYTES + " bytes", directory);
                return;
            }
            byte[] content = directory.read(entry.fileName, Lease.MAX_BYTES);
            if (entry.lease == null || !Arrays.equals(content, entry.content)) {
                entry.lease = Lease.read(content, entry.fileName);
                entry.content = content;
            }
            entry.onRenewed(stamp, now, time.wallClock());
        } catch (NoSuchFileException e) {
            if (!entry.lost) {
                entries.remove(entry.fileName);
            }
        } catch (IOException e) {
            entry.skip(stampOf(entry.fileName), "it cannot be read: " + e, directory);
        } catch (IllegalArgumentException e) {
            entry.skip(stampOf(entry.fileName), String.valueOf(e.getMessage()), directory);
        }
    }

    private @Nullable Stamp stampOf(String fileName) {
        try {
            BasicFileAttributes attributes = directory.attributes(fileName);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (IOException e) {
            return null;
        }
    }

    /** By which it is seen that a file is not as it was. */
    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {}

    /** One file with a lease's name. Guarded by the scan. */
    private static final class Entry {

        private final String fileName;
        private final String service;
        private @Nullable Stamp stamp;
        private byte[] content = {};
        private @Nullable Lease lease;
        private long observedAt;
        private long expiresAt;
        private boolean lost;
        private @Nullable FileTime warnedOf;

        Entry(String fileName, String service) {
            this.fileName = fileName;
            this.service = service;
        }

        boolean isLive(long now) {
            return lease != null && now - expiresAt < 0;
        }

        /** Whether it may be other than what is known of it, though the directory has not changed. */
        boolean isDoubtful(long now) {
            return !isLive(now);
        }

        void onRenewed(Stamp renewed, long now, Instant wallClock) {
            long ttl = Objects.requireNonNull(lease).ttl().toNanos();
            Duration age = Duration.between(renewed.modified.toInstant(), wallClock);
            boolean stale = age.compareTo(Duration.ofNanos(ttl)) > 0;
            stamp = renewed;
            observedAt = now;
            expiresAt = stale ? now : now + ttl - (age.isNegative() ? 0 : age.toNanos());
        }

        void skip(@Nullable Stamp skipped, String reason, LeaseDirectory directory) {
            stamp = skipped;
            lease = null;
            content = new byte[0];
            FileTime modified = skipped == null ? null : skipped.modified;
            if (!Objects.equals(modified, warnedOf) || warnedOf == null) {
                warnedOf = modified;
                LOG.log(Level.WARNING, "Skipping " + directory.path().resolve(fileName) + ": " + reason);
            }
        }
    }

    /** The services that something live is announced of. */
    static List<String> servicesOf(List<Instance> instances) {
        Set<String> services = new HashSet<>();
        instances.forEach(instance -> services.add(instance.service()));
        return services.stream().sorted().toList();
    }
}
