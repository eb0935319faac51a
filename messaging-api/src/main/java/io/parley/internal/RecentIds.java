package io.parley.internal;

/** Remembers the last few sequence numbers it was told, to tell a late or second answer from one that nobody asked for. Thread-safe. */
final class RecentIds {

    private final long[] ring;
    private int next;

    RecentIds(int size) {
        ring = new long[size];
    }

    synchronized void add(long sequence) {
        ring[next] = sequence;
        next = next + 1 == ring.length ? 0 : next + 1;
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
