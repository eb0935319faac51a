package io.parley.internal;

import io.parley.observe.PeerCounters;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a peer counts. Thread-safe. */
final class Counters {

    final LongAdder sent = new LongAdder();
    final LongAdder received = new LongAdder();
    final LongAdder lateReplies = new LongAdder();
    final LongAdder duplicateReplies = new LongAdder();
    final LongAdder unclaimedReplies = new LongAdder();
    final LongAdder lateResponses = new LongAdder();
    final LongAdder refusals = new LongAdder();
    final LongAdder deadLetters = new LongAdder();
    final LongAdder missedEvents = new LongAdder();
    final LongAdder malformedFrames = new LongAdder();
    final LongAdder ejections = new LongAdder();
    final LongAdder resent = new LongAdder();
    final LongAdder lostOneWays = new LongAdder();

    /** Parts of {@link #sent}, each counted by whoever holds a lock meanwhile. */
    private final Set<AtomicLong> sentApart = new HashSet<>();

    /** A part of {@link #sent} for one who counts under a lock, which spares another one; until {@link #endPart}. */
    synchronized AtomicLong beginPart() {
        var part = new AtomicLong();
        sentApart.add(part);
        return part;
    }

    /** Nobody counts there any more. */
    synchronized void endPart(AtomicLong part) {
        if (sentApart.remove(part)) {
            sent.add(part.get());
        }
    }

    private synchronized long allSent() {
        return sent.sum() + sentApart.stream().mapToLong(AtomicLong::get).sum();
    }

    PeerCounters snapshot(int linksUp) {
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
