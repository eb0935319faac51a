package io.parley.console.observe;

import io.parley.console.observe.ObservedPeer.Status;
import io.parley.discovery.Instance;
import io.parley.environment.Environment;
import io.parley.failure.FaultCode;
import io.parley.failure.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The peers that an observer knows, and whether each is there: by what the registry, they themselves and others say. Thread-safe. */
final class KnownPeers {

    /** How long one that is gone is still known. */
    private static final Duration REMEMBER = Duration.ofMinutes(2);

    /** How long one is that left on purpose. */
    private static final Duration REMEMBER_LEFT = Duration.ofSeconds(5);

    private final Environment environment;
    /** By incarnation. */
    private final Map<Long, ObservedPeer> peers = new ConcurrentHashMap<>();
    /**
     * The incarnations that said that they go, and when that was heard, by the monotonic clock; without those that answered a later question: it
     * was another one of that name.
     */
    private final Map<Long, Long> leaving = new ConcurrentHashMap<>();

    KnownPeers(Environment environment) {
        this.environment = environment;
    }

    Collection<ObservedPeer> all() {
        return List.copyOf(peers.values());
    }

    /** Of several that have this label, one that is there. */
    Optional<ObservedPeer> labelled(String label) {
        return peers.values().stream()
                .filter(known -> known.label().equals(label))
                .min(Comparator.comparing(ObservedPeer::status));
    }

    /** The registry names it. Answers what is known of it. */
    ObservedPeer onNamed(Instance instance) {
        return peers.compute(instance.incarnation(), (incarnation, known) -> {
            if (known == null) {
                return new ObservedPeer(instance, Status.ANNOUNCED, now(), Map.of(), Instant.EPOCH);
            }
            ObservedPeer described = known.described(instance);
            return known.status().isOver() && !leaving.containsKey(incarnation)
                    ? described.is(Status.ANNOUNCED, now())
                    : described;
        });
    }

    /**
     * It answered how it is.
     *
     * @param askedAt by the monotonic clock
     */
    void onState(long incarnation, long askedAt, Map<String, Object> state) {
        if (!Boolean.TRUE.equals(state.get("isClosing"))) {
            leaving.computeIfPresent(incarnation, (same, since) -> since - askedAt < 0 ? null : since);
        }
        peers.computeIfPresent(
                incarnation, (same, known) -> known.status().isOver() ? known : known.answered(state, now()));
    }

    /** It did not answer how it is. */
    void onNoState(long incarnation, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean isRefused = cause instanceof RefusedException;
        if (cause instanceof RefusedException refused && refused.code() == FaultCode.GOING_AWAY) {
            isRefused = false;
            leaving.put(incarnation, environment.time().nanoTime());
        }
        Status unanswered = leaving.containsKey(incarnation) ? Status.LEFT : isRefused ? Status.OPAQUE : Status.SILENT;
        peers.computeIfPresent(
                incarnation, (same, known) -> known.status().isOver() ? known : known.is(unanswered, now()));
    }

    /** A peer has said that it goes. As long as it answers, it is there. */
    void onDeparture(String label) {
        peers.replaceAll((incarnation, known) -> {
            if (!known.label().equals(label)) {
                return known;
            }
            leaving.put(incarnation, environment.time().nanoTime());
            boolean isThere = known.status() == Status.UP || known.status() == Status.ANNOUNCED;
            return isThere ? known : known.is(Status.LEFT, now());
        });
    }

    /** The registry names these incarnations, and no others. */
    void onOnly(Set<Long> named) {
        Instant now = now();
        peers.replaceAll((incarnation, known) -> named.contains(incarnation) ? known : known.is(over(known), now));
        peers.values()
                .removeIf(known -> isOld(known, Status.GONE, now.minus(REMEMBER))
                        || isOld(known, Status.LEFT, now.minus(REMEMBER_LEFT)));
        leaving.keySet().removeIf(incarnation -> !peers.containsKey(incarnation) && !named.contains(incarnation));
    }

    private Status over(ObservedPeer known) {
        boolean hasLeft = known.status() == Status.LEFT
                || known.isPassing()
                || leaving.containsKey(known.instance().incarnation());
        return hasLeft ? Status.LEFT : Status.GONE;
    }

    private static boolean isOld(ObservedPeer known, Status status, Instant before) {
        return known.status() == status && known.changedAt().isBefore(before);
    }

    private Instant now() {
        return environment.time().wallClock();
    }
}
