package io.parley.discovery.local;

import io.parley.discovery.Instance;
import io.parley.text.PlainText;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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
 * file's modification time alone; it is looked at when the directory changed, or when the lease would otherwise go stale, and the
 * file is not read for it. Of this process' own leases the scan is told, so that it need not look at them either.
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
    private final Map<String, LeaseEntry> entries = new TreeMap<>();

    /** The live instances by service, and the services of which that has to be made anew. */
    private final Map<String, List<Instance>> live = new HashMap<>();

    private final Set<String> outdated = new HashSet<>();
    private long version;
    private @Nullable FileTime directoryModified;
    private @Nullable Object directoryKey;

    /** Keeps the directory's number from being given to another that takes its place, which would go unnoticed. */
    private @Nullable Closeable anchor;

    private boolean closed;

    /** Whether the directory was listed so long after it changed that a further change must show. */
    private boolean settled;

    private long changedAt;
    private long listedAt;
    private long listings;

    /** Counts up whenever files may have been replaced. */
    private long change;

    LeaseScan(LeaseDirectory directory, TimeSource time) {
        this.directory = directory;
        this.time = time;
    }

    /**
     * Brings what is known of those services up to date that {@code wanted} accepts.
     *
     * @return another number than before if {@link #live} has changed
     */
    synchronized long look(Predicate<String> wanted) throws IOException {
        boolean listed = list();
        long now = time.nanoTime();
        for (Iterator<LeaseEntry> all = entries.values().iterator(); all.hasNext(); ) {
            LeaseEntry entry = all.next();
            if (!wanted.test(entry.service)) {
                continue;
            }
            if (entry.isDoubtful(change, listed, now) && !refresh(entry, now)) {
                all.remove();
                outdated.add(entry.service);
                continue;
            }
            Lease lease = entry.lease();
            Instance shown = lease != null && entry.isLive(now) ? lease.instance() : null;
            if (shown != entry.shown) {
                entry.shown = shown;
                outdated.add(entry.service);
            }
        }
        if (!outdated.isEmpty()) {
            collect();
        }
        return version;
    }

    /** The live instances of a service as of the last look for it; the same list as long as nothing changed. */
    synchronized List<Instance> live(String service) {
        return live.getOrDefault(service, List.of());
    }

    /** The services that something live is announced of, in alphabetical order. */
    synchronized List<String> services() throws IOException {
        look(service -> true);
        return live.keySet().stream().sorted().toList();
    }

    /** Whether a file of that name was there when the directory was last listed, or has been written since. */
    synchronized boolean contains(String fileName) {
        LeaseEntry entry = entries.get(fileName);
        return entry != null && !entry.lost;
    }

    /** Another number than before if files may have been replaced. */
    synchronized long change() {
        return change;
    }

    /** This process has put a lease in place. */
    synchronized void onWritten(Lease lease, byte[] content, Stamp stamp) {
        String service = lease.instance().service();
        LeaseEntry entry = entries.computeIfAbsent(
                Lease.fileName(lease.instance()), fileName -> new LeaseEntry(fileName, service));
        entry.see(stamp, time.nanoTime(), time.wallClock());
        entry.onWritten(lease, content, stamp);
    }

    /** This process has renewed a lease of its own. */
    synchronized void onRenewed(String fileName, Stamp stamp) {
        LeaseEntry entry = entries.get(fileName);
        if (entry != null) {
            entry.see(stamp, time.nanoTime(), time.wallClock());
        }
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

    /** Deletes what has been stale for long. What is renewed meanwhile is not read for that. */
    synchronized void sweep() throws IOException {
        list();
        long now = time.nanoTime();
        Instant wallClock = time.wallClock();
        for (LeaseEntry entry : List.copyOf(entries.values())) {
            Stamp stamp = stampOf(entry.fileName);
            if (stamp != null && isLongStale(entry, stamp, now, wallClock) && stamp.equals(stampOf(entry.fileName))) {
                directory.delete(entry.fileName);
                entries.remove(entry.fileName);
                outdated.add(entry.service);
            }
        }
        for (String name : directory.list(".tmp")) {
            Stamp stamp = TEMPORARY.matcher(name).matches() ? stampOf(name) : null;
            if (stamp != null
                    && stamp.modified().toInstant().plus(TEMPORARY_AGE).isBefore(wallClock)) {
                directory.delete(name);
            }
        }
    }

    private boolean isLongStale(LeaseEntry entry, Stamp stamp, long now, Instant wallClock) {
        long unchanged = entry.unchangedFor(stamp, now);
        if (unchanged <= Duration.ofMillis(Lease.LEAST_TTL_MILLIS).toNanos()) {
            entry.see(stamp, now, wallClock);
            return false;
        }
        if (!refresh(entry, now)) {
            return false;
        }
        Lease lease = entry.lease();
        return lease != null
                && unchanged > lease.ttl().toNanos()
                && stamp.modified()
                        .toInstant()
                        .plus(lease.ttl().multipliedBy(3))
                        .isBefore(wallClock);
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
            directory.check();
            onDirectoryLost();
        }
        if (anchor == null && !closed) {
            directory.check();
            anchor = directory.anchor();
            attributes = directory.attributes();
            key = attributes.fileKey();
        }
        if (!attributes.lastModifiedTime().equals(directoryModified)) {
            changedAt = now;
            settled = false;
        }
        if (settled && now - listedAt < LIST_AGAIN_NANOS) {
            return false;
        }
        if (!settled) {
            change++;
        }
        listings++;
        for (String name : directory.list(Lease.SUFFIX)) {
            LeaseEntry entry = entries.get(name);
            if (entry == null) {
                String service = Lease.serviceOf(name);
                if (service == null) {
                    continue;
                }
                entry = new LeaseEntry(name, service);
                entries.put(name, entry);
            }
            entry.listing = listings;
            entry.lost = false;
        }
        entries.values().removeIf(entry -> isGone(entry, now));
        directoryModified = attributes.lastModifiedTime();
        directoryKey = key;
        listedAt = now;
        settled = settled || now - changedAt > LIST_AGAIN_NANOS;
        return true;
    }

    private boolean isGone(LeaseEntry entry, long now) {
        if (entry.listing == listings || entry.lost && entry.isLive(now)) {
            return false;
        }
        outdated.add(entry.service);
        return true;
    }

    /** Looks at one file. Returns whether it is there, or may come back. */
    private boolean refresh(LeaseEntry entry, long now) {
        Stamp stamp = null;
        try {
            BasicFileAttributes attributes = directory.attributes(entry.fileName);
            stamp = Stamp.of(attributes);
            entry.see(stamp, now, time.wallClock());
            if (!entry.mustBeRead(stamp, change)) {
                entry.onVerified(change);
            } else if (!attributes.isRegularFile()) {
                skip(entry, stamp, "it is not a regular file");
            } else if (attributes.size() > Lease.MAX_BYTES) {
                skip(entry, stamp, "it is larger than " + Lease.MAX_BYTES + " bytes");
            } else {
                entry.onRead(directory.read(entry.fileName, Lease.MAX_BYTES), stamp);
                entry.onVerified(change);
            }
        } catch (NoSuchFileException e) {
            return entry.lost;
        } catch (IOException e) {
            skip(entry, stamp, "it cannot be read: " + e);
        } catch (IllegalArgumentException e) {
            skip(entry, stamp, String.valueOf(e.getMessage()));
        }
        return true;
    }

    private void skip(LeaseEntry entry, @Nullable Stamp stamp, String reason) {
        if (entry.skip(stamp)) {
            LOG.log(
                    Level.WARNING,
                    PlainText.of("Skipping " + directory.path().resolve(entry.fileName) + ": " + reason));
        }
        entry.onVerified(change);
    }

    private @Nullable Stamp stampOf(String fileName) {
        try {
            return Stamp.of(directory.attributes(fileName));
        } catch (IOException e) {
            return null;
        }
    }

    /** Makes the lists of live instances anew where there is something new. */
    private void collect() {
        var fresh = new HashMap<String, List<Instance>>();
        for (LeaseEntry entry : entries.values()) {
            if (entry.shown != null && outdated.contains(entry.service)) {
                fresh.computeIfAbsent(entry.service, service -> new ArrayList<>())
                        .add(entry.shown);
            }
        }
        live.keySet().removeAll(outdated);
        fresh.forEach((service, instances) -> live.put(service, List.copyOf(instances)));
        outdated.clear();
        version++;
    }
}
