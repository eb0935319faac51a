package io.parley.console.observe;

import io.parley.console.flow.Flow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one peer answered when it was asked to explain something. Immutable.
 *
 * @param peer whose answer it is, {@code service/instance}
 * @param at when it answered, by its own wall clock
 * @param nanoTime the same by its monotonic clock
 * @param askedAt when it was asked, by the clock of who asked
 * @param answeredAt when the answer was there, by that clock
 * @param isCut whether there was more than it could tell
 * @param memory how far back it remembers, by its own wall clock; {@link Instant#EPOCH} if it remembers nothing
 * @param isFull whether its recorder is full, so that it has forgotten what was before that
 */
record Answer(
        String peer,
        Instant at,
        long nanoTime,
        Instant askedAt,
        Instant answeredAt,
        boolean isCut,
        Instant memory,
        boolean isFull,
        long leftOut,
        List<Flow> flows) {

    /** Reads what a peer sent; empty if it is not an explanation. */
    static Optional<Answer> of(Map<String, Object> json, Instant askedAt, Instant answeredAt) {
        if (!(json.get("peer") instanceof String peer)
                || !(json.get("flows") instanceof List<?> written)
                || !(json.get("nanoTime") instanceof Number nanoTime)) {
            return Optional.empty();
        }
        var flows = new ArrayList<Flow>();
        for (Object one : written) {
            if (one instanceof Map<?, ?> fields) {
                Flow.ofFields(fields).ifPresent(flows::add);
            }
        }
        Map<?, ?> recorder = json.get("recorder") instanceof Map<?, ?> told ? told : Map.of();
        return Optional.of(new Answer(
                peer,
                instant(json.get("at")),
                nanoTime.longValue(),
                askedAt,
                answeredAt,
                Boolean.TRUE.equals(json.get("isCut")),
                instant(recorder.get("oldest")),
                number(recorder.get("steps")) >= number(recorder.get("capacity")),
                number(recorder.get("leftOut")),
                List.copyOf(flows)));
    }

    private static long number(@Nullable Object written) {
        return written instanceof Number number ? number.longValue() : 0;
    }

    private static Instant instant(@Nullable Object text) {
        try {
            return text instanceof String written ? Instant.parse(written) : Instant.EPOCH;
        } catch (java.time.format.DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    /**
     * By how much its wall clock is ahead of that of who asked, as the time of the question and the answer lets one think. If that lets
     * both be one clock, they are taken to be, as those of one machine are, however long the answer took.
     */
    Duration ahead() {
        Instant middle = askedAt.plus(Duration.between(askedAt, answeredAt).dividedBy(2));
        Duration ahead = Duration.between(middle, at);
        return ahead.abs().compareTo(doubt()) <= 0 ? Duration.ZERO : ahead;
    }

    /** By how much that may be wrong. */
    Duration doubt() {
        return Duration.between(askedAt, answeredAt).dividedBy(2);
    }

    /** When a step was taken, in nanoseconds since {@code origin} by the clock of who asked, as far as one can tell. */
    long nanosSince(Instant origin, Flow flow) {
        long beforeAnswer = nanoTime - flow.nanoTime();
        return Duration.between(origin, at.minus(ahead())).toNanos() - beforeAnswer;
    }
}
