package io.parley.internal.route;

import io.parley.environment.Environment;
import io.parley.internal.runtime.PeerContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Instances that have no room for a link, at a time at which nothing is to be sent to them. They are dialled again when something is,
 * or after long pauses, so that peers with messages to send find the room first. Confined to the I/O context,
 * but for {@link #isAnyoneHere}.
 *
 * @param <E> what tells one instance from another
 */
final class RestingInstances<E> {

    /** Longer than any pause of a peer that has something to send. */
    private static final Duration FIRST = Duration.ofSeconds(8);

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final PeerContext core;
    private final Consumer<E> dial;

    /** Those that rest, and those that are dialled after a rest until something is sent to them. */
    private final Map<E, Rest> rests = new HashMap<>();

    private volatile boolean isAnyoneHere;

    private static final class Rest {

        private final int count;
        /** Before this, the instance is not dialled, even if something is to be sent. */
        private final long until;

        private boolean isOver;

        private Rest(int count, long until) {
            this.count = count;
            this.until = until;
        }
    }

    /** @param dial dials an instance, if it is still there and has no link */
    RestingInstances(PeerContext core, Consumer<E> dial) {
        this.core = core;
        this.dial = dial;
    }

    boolean isAnyoneHere() {
        return isAnyoneHere;
    }

    /** Whether this instance rests, or was dialled because a rest was over, and nothing was to be sent since. */
    boolean has(E instance) {
        return rests.containsKey(instance);
    }

    /** Dials this instance when {@link #wake} is called, though not before {@code atLeast} has passed, or after a long pause. */
    void rest(E instance, Duration atLeast) {
        Rest before = rests.get(instance);
        var rest = new Rest(before == null ? 1 : before.count + 1, core.time.nanoTime() + atLeast.toNanos());
        rests.put(instance, rest);
        isAnyoneHere = true;
        schedule(instance, rest, pause(rest.count));
    }

    private Duration pause(int count) {
        Environment environment = core.config.plugins().environment();
        long longest = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(count - 1, 10));
        return Duration.ofMillis(longest / 2 + environment.random().nextInt((int) longest / 2 + 1));
    }

    private void schedule(E instance, Rest rest, Duration pause) {
        core.time.schedule(pause, () -> core.port().execute(() -> {
            if (rests.get(instance) == rest && !rest.isOver) {
                rest.isOver = true;
                dial.accept(instance);
            }
        }));
    }

    /** Something is to be sent. */
    void wake() {
        if (rests.isEmpty()) {
            return;
        }
        Map<E, Rest> woken = Map.copyOf(rests);
        rests.clear();
        isAnyoneHere = false;
        long now = core.time.nanoTime();
        woken.forEach((instance, rest) -> {
            if (!rest.isOver) {
                Duration pause = Duration.ofNanos(Math.max(0, rest.until - now));
                core.time.schedule(pause, () -> core.port().execute(() -> dial.accept(instance)));
            }
        });
    }

    void forget(E instance) {
        rests.remove(instance);
        isAnyoneHere = !rests.isEmpty();
    }

    void forgetAllBut(Set<E> present) {
        rests.keySet().retainAll(present);
        isAnyoneHere = !rests.isEmpty();
    }
}
