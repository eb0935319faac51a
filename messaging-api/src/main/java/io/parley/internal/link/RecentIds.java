package io.parley.internal.link;

import java.util.Arrays;

/** Remembers the last few sequence numbers it was told, to tell a second answer from a late one. Thread-safe. */
final class RecentIds {

    private static final int SMALLEST = 16;

    private final int most;
    private long[] ring;
    private int next;

    RecentIds(int most) {
        this.most = most;
        ring = new long[Math.min(SMALLEST, most)];
    }

    synchronized void add(long sequence) {
        if (next == ring.length) {
            if (next < most) {
                ring = Arrays.copyOf(ring, Math.min(most, 2 * next));
            } else {
                next = 0;
            }
        }
        ring[next++] = sequence;
    }

    /** Looks from the newest back. */
    synchronized boolean contains(long sequence) {
        for (int i = 0, at = next; i < ring.length; i++) {
            at = at == 0 ? ring.length - 1 : at - 1;
            if (ring[at] == sequence) {
                return true;
            }
        }
        return false;
    }
}
