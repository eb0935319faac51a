package io.parley.internal.runtime;

import io.parley.observe.PeerCounters;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a peer counts. Thread-safe. */
public final class Counters {

    public final LongAdder sent = new LongAdder();
    public final LongAdder received = new LongAdder();
    public final LongAdder lateReplies = new LongAdder();
    public final LongAdder duplicateReplies = new LongAdder();
    public final LongAdder unclaimedReplies = new LongAdder();
    public final LongAdder lateResponses = new LongAdder();
    public final LongAdder refusals = new LongAdder();
    final LongAdder deadLetters = new LongAdder();
    public final LongAdder missedEvents = new LongAdder();
    public final LongAdder malformedFrames = new LongAdder();
    public final LongAdder ejections = new LongAdder();
    public final LongAdder resent = new LongAdder();
    public final LongAdder lostOneWays = new LongAdder();

    /** Parts of {@link #sent}, each counted by whoever holds a lock meanwhile. */
    private final Set<AtomicLong> sentApart = new HashSet<>();

    /** A part of {@link #sent} for one who counts under a lock, which spares another one; until {@link #endPart}. */
    public synchronized AtomicLong beginPart() {
        var part = new AtomicLong();
        sentApart.add(part);
        return part;
    }

    /** Nobody counts there any more. */
    public synchronized void endPart(AtomicLong part) {
        if (sentApart.remove(part)) {
            sent.add(part.get());
        }
    }

    private synchronized long allSent() {
        return sent.sum() + sentApart.stream().mapToLong(AtomicLong::get).sum();
    }

    public PeerCounters snapshot(int linksUp) {
        return new PeerCounters(
                allSent(),
                received.sum(),
                lateReplies.sum(),
                duplicateReplies.sum(),
                unclaimedReplies.sum(),
                lateResponses.sum(),
                refusals.sum(),
                deadLetters.sum(),
                missedEvents.sum(),
                malformedFrames.sum(),
                ejections.sum(),
                resent.sum(),
                lostOneWays.sum(),
                linksUp);
    }
}
