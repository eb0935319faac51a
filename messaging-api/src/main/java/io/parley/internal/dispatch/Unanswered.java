package io.parley.internal.dispatch;

import io.parley.time.Deadline;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one handler whose reply stage has not completed, to find those that nobody will ever answer. It has a few places only:
 * a request that finds its place taken is not watched. As whatever is never answered keeps its place, it is found soon all the same.
 *
 * <p>Thread-safe. Neither locks nor allocates.
 */
final class Unanswered {

    private static final int PLACES = 64;

    private final AtomicReferenceArray<@Nullable InboundMessage> places = new AtomicReferenceArray<>(PLACES);

    /** Requests that are long beyond their deadline. */
    record Overdue(int count, InboundMessage oldest) {}

    /** The caller removes a request that was answered meanwhile. */
    void add(InboundMessage request) {
        int place = place(request);
        if (places.get(place) == null) {
            places.set(place, request);
        }
    }

    @SuppressWarnings("ReferenceEquality") // A request is nothing but itself.
    void remove(InboundMessage request) {
        int place = place(request);
        if (places.get(place) == request) {
            places.compareAndSet(place, request, null);
        }
    }

    /**
     * The requests whose deadline is more than {@code nanos} past; null if there is none.
     *
     * @param now the time of the source that the deadlines are of
     */
    @Nullable
    Overdue overdue(long now, long nanos) {
        int count = 0;
        InboundMessage oldest = null;
        long longest = nanos;
        for (int i = 0; i < PLACES; i++) {
            InboundMessage request = places.get(i);
            Deadline deadline = request == null ? null : request.deadline();
            if (request != null && deadline != null && now - deadline.atNanos() > nanos) {
                count++;
                if (now - deadline.atNanos() > longest) {
                    longest = now - deadline.atNanos();
                    oldest = request;
                }
            }
        }
        return oldest == null ? null : new Overdue(count, oldest);
    }

    private static int place(InboundMessage request) {
        return (int) request.id.sequence() & (PLACES - 1);
    }
}
