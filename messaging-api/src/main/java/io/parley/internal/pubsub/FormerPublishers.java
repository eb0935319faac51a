package io.parley.internal.pubsub;

import io.parley.internal.runtime.PeerContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription has seen of publishers that are not followed any more, because the registry has lost them: after a pause the same
 * incarnation may come back. Confined to the I/O context.
 */
final class FormerPublishers {

    private static final int MOST = 256;
    /** Of all of them together; a single one may have more. */
    private static final int MOST_SUBJECTS = 20_000;

    private static final Duration AGE = Duration.ofHours(1);

    private final PeerContext core;
    /** By incarnation, the one that was lost first at the beginning. */
    private final Map<Long, Former> former = new LinkedHashMap<>();

    private record Former(SeenNumbers seen, long since) {}

    FormerPublishers(PeerContext core) {
        this.core = core;
    }

    void keep(long incarnation, SeenNumbers seen) {
        dropOld();
        former.remove(incarnation);
        former.put(incarnation, new Former(seen, core.time.nanoTime()));
        int subjects =
                former.values().stream().mapToInt(each -> each.seen.subjects()).sum();
        while (former.size() > MOST || (subjects > MOST_SUBJECTS && former.size() > 1)) {
            Former first = former.remove(former.keySet().iterator().next());
            subjects -= first == null ? 0 : first.seen.subjects();
        }
    }

    /** What was seen of it, which is not kept here any longer; null if there is nothing. */
    @Nullable
    SeenNumbers take(long incarnation) {
        dropOld();
        Former known = former.remove(incarnation);
        return known == null ? null : known.seen;
    }

    private void dropOld() {
        long now = core.time.nanoTime();
        former.values().removeIf(each -> now - each.since > AGE.toNanos());
    }
}
