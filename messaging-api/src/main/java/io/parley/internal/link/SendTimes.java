package io.parley.internal.link;

import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control;

/**
 * Tells when the messages of one inbound link were sent, and asks the dialler by a PING where its clock is in doubt. A message says when
 * it was sent for itself, or for those that follow it as well. Confined to the I/O context.
 */
final class SendTimes {

    private final PeerContext core;
    private final SendBuffer outbox;
    private final InChunks inChunks;
    private final Runnable onHeldUp;
    private final LinkClock clock = new LinkClock();

    /** Whether the message that is being read says when it was sent. */
    private boolean isSaid;

    /** The time that it says, by the clock of this peer. */
    private long saidAt;

    /**
     * @param outbox where PINGs are sent
     * @param inChunks tells whether the message that is being read came in chunks
     * @param onHeldUp called when the message that is being read was under way for {@link LinkClock#HELD_UP} or longer
     */
    SendTimes(PeerContext core, SendBuffer outbox, InChunks inChunks, Runnable onHeldUp) {
        this.core = core;
        this.outbox = outbox;
        this.inChunks = inChunks;
        this.onHeldUp = onHeldUp;
    }

    /**
     * The link begins.
     *
     * @param micros the dialler's clock, in microseconds; 0 if it does not say
     */
    void onHello(long micros) {
        if (micros != 0) {
            clock.onHello(micros, core.time.nanoTime());
        }
    }

    /**
     * A message is read.
     *
     * @param micros when it was sent, by the dialler's clock, in microseconds; 0 if it does not say
     */
    void onMessage(long micros) {
        isSaid = micros != 0;
        if (isSaid) {
            onSentAt(micros);
        }
    }

    private void onSentAt(long micros) {
        long now = core.time.nanoTime();
        saidAt = inChunks.isReading() ? clock.onSentAtInChunks(micros, now) : clock.onSentAt(micros, now);
        if (now - saidAt > LinkClock.HELD_UP) {
            onHeldUp.run();
        }
        if (clock.wantsPing(now)) {
            inChunks.mark();
            outbox.add(new Control.Ping(now));
        }
    }

    /** Messages are read that say nothing. */
    void onRepeats() {
        isSaid = false;
    }

    /** A PING was answered, one of these or another. */
    void onPong(long token) {
        clock.onPong(token, inChunks.isQuietSinceMark());
    }

    /**
     * Returns since when the remaining time counts of the message that is being read, in nanoseconds of this peer's clock.
     *
     * @param now when it is read
     */
    long countsFrom(PeerContext core, long now) {
        if (isSaid) {
            return saidAt;
        }
        return clock.isSaid() ? clock.lastSentAt() : core.countsFrom(now);
    }
}
