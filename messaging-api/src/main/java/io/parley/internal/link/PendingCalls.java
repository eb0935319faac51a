package io.parley.internal.link;

import io.parley.failure.MessagingException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one peer that await an answer, by sequence number. As these follow each other, a place in a ring is found for nearly
 * each without a search; the few that find theirs taken, by a call that lasts long, are kept in a map beside it.
 *
 * <p>Thread-safe.
 */
public final class PendingCalls {

    private static final int PLACES = 2048;

    private final AtomicReferenceArray<@Nullable PendingCall> ring = new AtomicReferenceArray<>(PLACES);
    private final ConcurrentHashMap<Long, PendingCall> beside = new ConcurrentHashMap<>();
    /** The earliest deadline among the calls, or later; it may be too early, never too late. */
    private final AtomicLong nextDeadline = new AtomicLong(Long.MAX_VALUE);

    void put(PendingCall call) {
        if (!ring.compareAndSet(place(call.sequence()), null, call)) {
            beside.put(call.sequence(), call);
        }
        expect(call.deadline().atNanos());
    }

    /** The call with this number, if it awaits its answer. */
    @Nullable
    PendingCall get(long sequence) {
        PendingCall call = ring.get(place(sequence));
        return call != null && call.sequence() == sequence ? call : beside.isEmpty() ? null : beside.get(sequence);
    }

    /** Takes {@code call} out; false if somebody else has. */
    boolean remove(PendingCall call) {
        long sequence = call.sequence();
        return ring.compareAndSet(place(sequence), call, null) || beside.remove(sequence, call);
    }

    /** Calls {@code each} with every call that is there now. */
    void forEach(Consumer<PendingCall> each) {
        for (int i = 0; i < PLACES; i++) {
            PendingCall call = ring.get(i);
            if (call != null) {
                each.accept(call);
            }
        }
        beside.values().forEach(each);
    }

    /** Fails all calls. Each is failed before it is taken out, so that none is forgotten half-way if that throws. */
    void failAll(MessagingException why) {
        forEach(call -> {
            call.fail(why);
            remove(call);
        });
    }

    /** Calls {@code onOverdue} with the calls whose deadline has passed; answers whether calls are left. */
    public boolean sweep(long now, Consumer<PendingCall> onOverdue) {
        if (now - nextDeadline.get() >= 0) {
            nextDeadline.set(Long.MAX_VALUE);
            forEach(call -> {
                if (call.deadline().hasPassed()) {
                    onOverdue.accept(call);
                } else {
                    expect(call.deadline().atNanos());
                }
            });
        }
        return !isEmpty();
    }

    private boolean isEmpty() {
        for (int i = 0; i < PLACES; i++) {
            if (ring.get(i) != null) {
                return false;
            }
        }
        return beside.isEmpty();
    }

    private void expect(long deadline) {
        if (deadline < nextDeadline.get()) {
            nextDeadline.accumulateAndGet(deadline, Math::min);
        }
    }

    private static int place(long sequence) {
        return (int) sequence & (PLACES - 1);
    }
}
