package io.parley.internal;

import io.parley.observe.PeerCounters;
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

    PeerCounters snapshot(int linksUp) {
        return new PeerCounters(
                sent.sum(),
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
                linksUp);
    }
}
