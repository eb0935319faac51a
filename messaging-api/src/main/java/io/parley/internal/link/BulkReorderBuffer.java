package io.parley.internal.link;

import io.parley.internal.wire.CompletedChunks;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What came over a bulk link and is to be called for over the link itself. The other side is told of so much only as may lie here, and sends
 * no more than may be on its way until it is told: so this is bounded, whatever the other side does.
 *
 * <p>Thread-safe.
 */
final class BulkReorderBuffer {

    /** How much may be under way, or lie here, at a time. Immutable. */
    record Bound(int most, long octets) {

        /** What both sides keep to. */
        static final Bound STANDARD = new Bound(8, 4 * 1024 * 1024);

        /** Whether so many may be there; two may whatever they take. */
        boolean allows(int count, long octetsOfAll) {
            return count <= 2 || (count <= most && octetsOfAll <= octets);
        }
    }

    private final Bound bound;

    /** Of which the other side was not told yet. */
    private final Pile untold = new Pile();

    private final Pile told = new Pile();
    private long toldSoFar;
    private long calledSoFar;
    private boolean closed;

    /** Parcels, and what they take. */
    private static final class Pile {

        private final ArrayDeque<CompletedChunks> parcels = new ArrayDeque<>();
        private long octets;
        private long credit;

        void add(CompletedChunks parcel) {
            parcels.add(parcel);
            octets += parcel.octets();
            credit += parcel.credit();
        }

        CompletedChunks remove() {
            CompletedChunks first = parcels.remove();
            octets -= first.octets();
            credit -= first.credit();
            return first;
        }

        void clear() {
            parcels.forEach(CompletedChunks::drop);
            parcels.clear();
            octets = 0;
            credit = 0;
        }
    }

    BulkReorderBuffer(Bound bound) {
        this.bound = bound;
    }

    /**
     * Takes what has come.
     *
     * @return false if the other side, knowing what it has been told, should not have sent it
     */
    synchronized boolean add(CompletedChunks parcel) {
        if (closed) {
            parcel.drop();
            return true;
        }
        untold.add(parcel);
        return bound.allows(untold.parcels.size(), untold.octets);
    }

    /** Of how many parcels the other side is to be told, counted from the beginning; 0 if there is no news. */
    synchronized long news() {
        long before = toldSoFar;
        for (CompletedChunks next = untold.parcels.peek(); next != null; next = untold.parcels.peek()) {
            if (!bound.allows(told.parcels.size() + 1, told.octets + next.octets())) {
                break;
            }
            told.add(untold.remove());
            toldSoFar++;
        }
        return toldSoFar == before ? 0 : toldSoFar;
    }

    /** The parcel with that number; null if it is not the next of those that the other side has been told of. */
    synchronized @Nullable CompletedChunks call(long number) {
        if (told.parcels.isEmpty() || number != calledSoFar + 1) {
            return null;
        }
        calledSoFar++;
        return told.remove();
    }

    /** Whether there is some of which the other side can be told only when more was called for. */
    synchronized boolean isWithheld() {
        return !untold.parcels.isEmpty();
    }

    /** Whether any has come that was not called for. */
    synchronized boolean isAnyThere() {
        return !untold.parcels.isEmpty() || !told.parcels.isEmpty();
    }

    /** How many octets of credit lie here. */
    synchronized long credit() {
        return untold.credit + told.credit;
    }

    /** Nothing of it will be called for, nor what comes yet. */
    synchronized void close() {
        closed = true;
        untold.clear();
        told.clear();
    }
}
