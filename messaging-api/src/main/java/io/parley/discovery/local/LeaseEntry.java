package io.parley.discovery.local;

import io.parley.discovery.Instance;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a scan knows of one file with a lease's name. Guarded by the scan. */
final class LeaseEntry {

    private static final long NEVER = -1;

    /** Whatever is older is stale by any lease's measure. */
    private static final Duration OLDEST = Duration.ofMillis(2 * Lease.GREATEST_TTL_MILLIS);

    final String fileName;
    final String service;

    /** The listing that the file was last seen in. */
    long listing;

    /** Whether its directory was taken away, so that it need not be listed to be live. */
    boolean lost;

    /** What is shown of it to others at present. */
    @Nullable
    Instance shown;

    private @Nullable Lease lease;
    private byte[] content = {};

    /** As the file was when it was last looked at, and since when it is so. */
    private @Nullable Stamp stamp;

    private long seenAt;

    /** How old the time of {@link #stamp} was then, by the wall clock. */
    private long ageThen;

    /** As the file was when it was last read. */
    private @Nullable Stamp read;

    /** The directory's change that {@link #content} is known to be up to date with. */
    private long verified = NEVER;

    private @Nullable FileTime warnedOf;

    LeaseEntry(String fileName, String service) {
        this.fileName = fileName;
        this.service = service;
    }

    @Nullable
    Lease lease() {
        return lease;
    }

    boolean isLive(long now) {
        return lease != null && ageThen + (now - seenAt) < lease.ttl().toNanos();
    }

    /** Whether the file must be looked at to know what it is now. */
    boolean isDoubtful(long change, boolean listed, long now) {
        return verified != change || (lease == null ? listed : !isLive(now));
    }

    /** For how long the file has been seen to be as {@code found} is; negative if it was not. */
    long unchangedFor(Stamp found, long now) {
        return found.equals(stamp) ? now - seenAt : -1;
    }

    /** Takes note of how the file is now. What differs in its time alone has been renewed, unless the directory changed too. */
    void see(Stamp found, long now, Instant wallClock) {
        if (found.equals(stamp)) {
            return;
        }
        if (lease == null || !found.isOfSameFileAs(stamp)) {
            verified = NEVER;
        }
        Duration age = Duration.between(found.modified().toInstant(), wallClock);
        stamp = found;
        seenAt = now;
        ageThen = age.isNegative() ? 0 : (age.compareTo(OLDEST) > 0 ? OLDEST : age).toNanos();
    }

    /** Whether {@code found}, seen before, may hold other content than is known here. */
    boolean mustBeRead(Stamp found, long change) {
        return verified != change && !found.equals(read);
    }

    /** @throws IllegalArgumentException if {@code bytes} are no lease, saying why */
    void onRead(byte[] bytes, Stamp found) {
        if (lease == null || !Arrays.equals(bytes, content)) {
            lease = Lease.read(bytes, fileName);
            content = bytes;
        }
        read = found;
    }

    /** The lease is known without reading, as it is this process' own. */
    void onWritten(Lease written, byte[] bytes, Stamp found) {
        lease = written;
        content = bytes;
        read = found;
        lost = false;
    }

    void onVerified(long change) {
        verified = change;
    }

    /** @return whether this is news */
    boolean skip(@Nullable Stamp found) {
        stamp = found;
        read = found;
        lease = null;
        content = new byte[0];
        FileTime modified = found == null ? null : found.modified();
        boolean news = warnedOf == null || !warnedOf.equals(modified);
        warnedOf = modified;
        return news;
    }
}
