package io.parley.internal.health;

import io.parley.discovery.Instance;
import io.parley.internal.runtime.PeerContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How long a link or feed may be used after the registry has lost the instance at its other end. One that goes says so there, and one that
 * dies breaks it or falls silent; if nothing of that has happened, the registry may be wrong. Confined to the I/O context.
 *
 * @param <C> what connects to an instance
 */
public final class GracePeriod<C> {

    private final PeerContext core;
    private final long grace;
    private final Runnable onOver;
    private final Map<C, Long> lostSince = new HashMap<>();
    /** When {@link #onOver} will be run next. */
    private OptionalLong armedFor = OptionalLong.empty();

    /** @param onOver run in the I/O context when the time may be up for some */
    public GracePeriod(PeerContext core, Runnable onOver) {
        this.core = core;
        this.onOver = onOver;
        grace = core.config.limits().grace().toNanos();
    }

    /**
     * Whether what connects to an instance that is not in {@code snapshot} is used all the same. Where the registry has lost all, there is
     * nobody to take over, and time does not count.
     *
     * @param lives whether it works
     */
    public boolean covers(C connection, boolean lives, Instance instance, List<Instance> snapshot) {
        if (grace == 0 || !lives || DuplicateInstances.rival(instance, snapshot) != null) {
            forget(connection);
            return false;
        }
        if (snapshot.isEmpty()) {
            forget(connection);
            return true;
        }
        long now = core.time.nanoTime();
        long end = lostSince.computeIfAbsent(connection, unseen -> now) + grace;
        if (now - end >= 0) {
            forget(connection);
            return false;
        }
        arm(end, now);
        return true;
    }

    /** It has ended, or the registry knows the instance again. */
    public void forget(C connection) {
        lostSince.remove(connection);
    }

    private void arm(long end, long now) {
        if (armedFor.isEmpty() || end - armedFor.getAsLong() < 0) {
            armedFor = OptionalLong.of(end);
            core.time.schedule(Duration.ofNanos(end - now), () -> core.port().execute(() -> onTime(end)));
        }
    }

    private void onTime(long end) {
        if (armedFor.equals(OptionalLong.of(end))) {
            armedFor = OptionalLong.empty();
        }
        onOver.run();
    }
}
