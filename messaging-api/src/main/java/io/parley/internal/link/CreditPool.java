package io.parley.internal.link;

import io.parley.Limits;
import io.parley.internal.runtime.Memory;
import io.parley.internal.runtime.MemoryPart;
import io.parley.internal.wire.Control.LinkLimits;
import io.parley.internal.wire.FrameLimits;
import io.parley.time.TimeSource;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Pays for the credit that this peer grants, over all links that others have dialled, out of one part of its memory budget. A newcomer
 * gets little where much is granted already, a link that has used what it got gets more while there is room, and whoever needs more than
 * it has for one message gets that in its turn.
 *
 * <p>Thread-safe. {@link #serve} must not be called with the lock of a window held.
 */
public final class CreditPool {

    /** What a message in hand takes besides its octets. */
    static final int MESSAGE = 256;

    /** The least that a link is granted. */
    private static final int LEAST_MESSAGES = 32;

    private static final int LEAST_BYTES = 24 * 1024;

    /** The least that a newcomer takes. */
    private static final long NEWCOMER = Memory.LINK + cost(LEAST_MESSAGES, LEAST_BYTES);

    /** A newcomer gets one in so many parts of what may be granted at first and is not. */
    private static final int SHARE = 8;

    /** For how long what is in hand of a link that has ended is paid for. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final TimeSource time;
    private final MemoryPart part;
    private final LinkLimits full;
    private final long capacity;
    /** What one of the largest messages takes: newcomers and windows that grow leave that to those who ask for it. */
    private final long largest;

    /** Windows that need more for the message that is next on their link. Guarded by itself. */
    private final ArrayDeque<Window> demands = new ArrayDeque<>();

    private volatile boolean isDemanded;
    /** Those of links that have ended while messages were in hand. Confined to the I/O context. */
    private final ArrayDeque<Ended> ended = new ArrayDeque<>();

    /** Somebody was turned away since {@link #takeNeed} was asked last. */
    private volatile boolean hasRefused;

    /** The credit of one link, as far as the pool has to do with it. Thread-safe. */
    interface Window {

        /** It is this window's turn; false if there is still too little for what is wanted. Called with the pool's lock held. */
        boolean serveDemand();

        /** Pays no more for what is in hand of a link that has ended: whoever has it does not say so any more. */
        void writeOff();
    }

    private record Ended(Window window, long until) {}

    CreditPool(MemoryPart part, Limits limits, TimeSource time) {
        this.time = time;
        this.part = part;
        int maxFrame = FrameLimits.maxFrame(limits.maxMessageBytes());
        full = new LinkLimits(maxFrame, limits.windowMessages(), Math.max(limits.windowBytes(), maxFrame));
        capacity = part.budget().capacity();
        largest = cost(1, maxFrame);
    }

    static long cost(long messages, long bytes) {
        return messages * MESSAGE + bytes;
    }

    /** The most that one link may have in hand. */
    LinkLimits full() {
        return full;
    }

    /**
     * Takes credit for a newcomer, as a share of what is left, or the least.
     *
     * @param least the least that it needs
     * @return what was taken; null if there is no room for another link
     */
    @Nullable
    LinkLimits takeForNewcomer(LinkLimits least) {
        long room = Math.max(0, capacity / 2 - part.budget().reserved()) / SHARE;
        double share = Math.min(1, room / (double) cost(full.messages(), full.bytes()));
        long messages = Math.max(least.messages(), (long) (full.messages() * share));
        long bytes = Math.max(least.bytes(), (long) (full.bytes() * share));
        if (take(Memory.LINK + cost(messages, bytes), largest)) {
            return new LinkLimits(full.maxFrame(), messages, bytes);
        } else if (take(Memory.LINK + cost(least.messages(), least.bytes()), largest)) {
            return least;
        }
        hasRefused = true;
        part.refused("No room for another link");
        return null;
    }

    /**
     * Returns the least that a link needs.
     *
     * @param asks whether the other side asks for credit that it lacks; if not, it needs enough for the largest message from the beginning
     */
    LinkLimits least(boolean asks) {
        return new LinkLimits(
                full.maxFrame(),
                Math.min(full.messages(), LEAST_MESSAGES),
                asks ? Math.min(full.bytes(), LEAST_BYTES) : full.maxFrame());
    }

    /** Takes {@code bytes} for a window that grows because it has been used. */
    boolean takeToGrow(long bytes) {
        return take(bytes, spared());
    }

    /** Takes {@code bytes} for a message that cannot be sent without. */
    boolean takeForDemand(long bytes) {
        return part.take(bytes);
    }

    private boolean take(long bytes, long rest) {
        return part.budget().available() - rest >= bytes && part.take(bytes);
    }

    void give(long bytes) {
        part.give(bytes);
    }

    /** Whether windows should shrink by what is finished on them, down to the least. */
    boolean isPressed() {
        return isDemanded || part.budget().available() < spared();
    }

    /** What windows that grow leave: enough for those who ask, and for a newcomer besides. */
    private long spared() {
        return Math.max(largest + NEWCOMER, capacity / 4);
    }

    /** Whether others wait already for more. */
    boolean isDemanded() {
        return isDemanded;
    }

    /** {@code window} waits for more, behind those who do already. */
    void demand(Window window) {
        synchronized (demands) {
            if (!demands.contains(window)) {
                demands.add(window);
                isDemanded = true;
            }
        }
        serve();
    }

    /** Whether {@code window} is the first of those that wait for more. */
    boolean isFirst(Window window) {
        synchronized (demands) {
            return demands.peek() == window;
        }
    }

    /** There may be room for those who wait. */
    void serve() {
        if (!isDemanded) {
            return;
        }
        synchronized (demands) {
            for (Window first = demands.peek(); first != null && first.serveDemand(); first = demands.peek()) {
                demands.remove();
            }
            isDemanded = !demands.isEmpty();
        }
    }

    /** Pays for what is in hand of a link that has ended as long as a handler may take, and no longer. Confined to the I/O context. */
    void writeOffLater(Window window) {
        ended.add(new Ended(window, time.nanoTime() + PATIENCE_NANOS));
    }

    /** Once per heartbeat interval. Confined to the I/O context. */
    public void onBeat(long now) {
        for (Ended first = ended.peek(); first != null && now - first.until >= 0; first = ended.peek()) {
            ended.remove();
            first.window.writeOff();
        }
        serve();
    }

    /** How much should become free for those who wait or were turned away since the last call; 0 if nobody was. */
    long takeNeed() {
        boolean isNeeded = hasRefused || isDemanded;
        hasRefused = false;
        return isNeeded ? Math.max(largest, capacity / SHARE) : 0;
    }
}
