package io.parley.internal.lane;

import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Messages that a thread is done with. To say so of each costs much where handling costs little: so a lane with such a handler has them
 * gathered, and told together when its thread turns to something else. While the handler of one takes its time, others that were done
 * before it may still be untold: so few, though, that their sender does not miss them.
 *
 * <p>Each thread has one, and it is confined to that, but for {@link #flushOf}.
 */
public final class CompletionBatch {

    /** Guarded by itself. */
    private static final Map<Thread, CompletionBatch> ALL = new WeakHashMap<>();

    private static final ThreadLocal<CompletionBatch> CURRENT = ThreadLocal.withInitial(CompletionBatch::ofThisThread);

    private boolean gathers;
    private @Nullable CreditReturn origin;
    private @Nullable InFlightCount inHand;
    private int messages;
    private long bytes;
    /** The numbers of one-way messages among them. */
    private final NumberRanges numbers = new NumberRanges();

    CompletionBatch() {}

    private static CompletionBatch ofThisThread() {
        var made = new CompletionBatch();
        synchronized (ALL) {
            ALL.put(Thread.currentThread(), made);
        }
        return made;
    }

    /** Tells what {@code thread} has gathered, which will never run again. */
    public static void flushOf(Thread thread) {
        CompletionBatch known;
        synchronized (ALL) {
            known = ALL.get(thread);
        }
        if (known != null) {
            known.flush();
        }
    }

    /** This thread's. */
    public static CompletionBatch current() {
        return CURRENT.get();
    }

    /** From now on what is done with need not be told at once: {@link #end} will be called. */
    public void gather() {
        gathers = true;
    }

    /**
     * @param inHand where the message counts
     * @param number that of a one-way message among those that came from the same origin; 0 for others
     */
    public void add(CreditReturn origin, InFlightCount inHand, int size, long number) {
        if (origin != this.origin || inHand != this.inHand) {
            flush();
            this.origin = origin;
            this.inHand = inHand;
        }
        if (number > 0) {
            numbers.add(number, 1);
        }
        messages++;
        bytes += size;
        if (!gathers || !origin.isLittle(messages, bytes)) {
            flush();
        }
    }

    /** Tells what was gathered, and gathers no more. */
    public void end() {
        gathers = false;
        flush();
    }

    /** Tells what was gathered so far: what comes next may take its time. */
    public void flush() {
        CreditReturn from = origin;
        InFlightCount counted = inHand;
        if (from == null || counted == null) {
            return;
        }
        int many = messages;
        long size = bytes;
        origin = null;
        inHand = null;
        messages = 0;
        bytes = 0;
        if (!numbers.isEmpty()) {
            try {
                from.finished(numbers);
            } finally {
                numbers.clear();
            }
        }
        counted.end(many);
        from.done(many, size);
    }
}
