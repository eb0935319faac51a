package io.parley.internal.link;

/**
 * Tells by a receiver's clock when the messages of one link or feed were sent, from what their sender says by its own. What differs
 * between the two clocks is taken from the message that was under way for the shortest time: the others were held up by as much as they
 * took longer.
 *
 * <p>Clocks drift, and the sender's may have stood still while its machine slept. So the shortest time counts for a little more with all
 * the time that goes by, up to what clocks drift; and what was sent after a PING was answered cannot be older than the PING. A message in
 * chunks may have been packed before the PING and come after the PONG, so a PONG proves nothing of such a message unless nothing went in
 * chunks since the PING. Nor does it prove anything of a message that was reckoned earlier than one before it: its sender's thread stood
 * still meanwhile.
 *
 * <p>Confined to the I/O context. All times are in nanoseconds, if they do not say otherwise.
 */
public final class LinkClock {

    /** A message that seems to be older is worth a PING. */
    public static final long DOUBTFUL = 10_000_000;

    /** A message that is older was held up: by the link, or because one of the two processes stood still. */
    static final long HELD_UP = 100_000_000;

    /** Clocks differ in speed by less than one of so many parts: 200 ppm. */
    private static final long DRIFT_PART = 5_000;

    private static final long BETWEEN_PINGS = 100_000_000;
    /** For how long the answer to a PING is awaited: links do not live longer without. */
    private static final long PATIENCE = 10_000_000_000L;

    private static final long NANOS_PER_MICRO = 1_000;

    private boolean isKnown;
    /** Our clock less the sender's. */
    private long offset;

    private long lastAt;
    private boolean anySent;
    private long lastSent;
    private long lastSentAt;
    private boolean isPinged;
    private boolean isAwaited;
    private long pingedAt;
    private boolean isProved;
    /** What is packed in its turn from now on is sent after this. */
    private long provedAt;

    private boolean isProvedOfChunks;
    /** What goes in chunks from now on is sent after this. */
    private long chunksProvedAt;

    /** Whether a message has ever said when it was sent. */
    boolean isSaid() {
        return anySent;
    }

    /** The link begins. What its first message says would tell nothing if there was none before it. */
    void onHello(long micros, long now) {
        isKnown = true;
        offset = now - micros * NANOS_PER_MICRO;
        lastAt = now;
    }

    /** When the message was sent that was sent last, of those that said it. */
    long lastSentAt() {
        return lastSentAt;
    }

    /**
     * A message that came in its turn says when it was sent, for itself and for those that follow it.
     *
     * @param micros by the sender's clock, in microseconds
     * @param now when it arrived
     * @return when it was sent; never after {@code now}
     */
    public long onSentAt(long micros, long now) {
        return onSentAt(micros, now, isProved, provedAt);
    }

    /** As {@link #onSentAt(long, long)}, of a message that came in chunks, and maybe after what was sent later. */
    long onSentAtInChunks(long micros, long now) {
        return onSentAt(micros, now, isProvedOfChunks, chunksProvedAt);
    }

    private long onSentAt(long micros, long now, boolean isSentAfter, long earliest) {
        long sent = micros * NANOS_PER_MICRO;
        long difference = now - sent;
        if (!isKnown) {
            isKnown = true;
            offset = difference;
        } else {
            offset += (now - lastAt) / DRIFT_PART;
            if (difference - offset < 0) {
                offset = difference;
            }
        }
        lastAt = now;
        boolean isLatest = isLaterThanAll(sent);
        if (isLatest && isSentAfter && sent + offset - earliest < 0) {
            offset = Math.min(difference, earliest - sent);
        }
        long sentAt = sent + offset;
        if (isLatest) {
            lastSent = sent;
            lastSentAt = sentAt;
        }
        return sentAt;
    }

    /** Whether it was sent after all that came before. What went in chunks may come long after what was sent later. */
    private boolean isLaterThanAll(long sent) {
        boolean isFirst = !anySent;
        anySent = true;
        return isFirst || sent - lastSent > 0;
    }

    /**
     * A question is answered with what the sender's clock showed: it was read after the question had gone and before the answer came, which
     * bounds the difference between the clocks from both sides.
     *
     * @param micros by the sender's clock, in microseconds
     * @param askedAt when the question went
     * @param now when the answer arrived
     */
    public void onReading(long micros, long askedAt, long now) {
        onSentAt(micros, now);
        long least = askedAt - micros * NANOS_PER_MICRO;
        if (offset - least < 0) {
            offset = least;
        }
    }

    /** Whether to send a PING, whose token is {@code now}, since the last message seems to have been under way for so long. */
    boolean wantsPing(long now) {
        // To ask again before the answer is there, however far away the sender is, would be to forget the question.
        long pause = isAwaited ? PATIENCE : BETWEEN_PINGS;
        if (now - lastSentAt < DOUBTFUL || (isPinged && now - pingedAt < pause)) {
            return false;
        }
        isPinged = true;
        isAwaited = true;
        pingedAt = now;
        return true;
    }

    /**
     * A PONG came.
     *
     * @param provesChunks whether nothing went in chunks since the PING
     */
    void onPong(long token, boolean provesChunks) {
        if (isPinged && token == pingedAt) {
            isAwaited = false;
            isProved = true;
            provedAt = token;
            if (provesChunks) {
                isProvedOfChunks = true;
                chunksProvedAt = token;
            }
        }
    }
}
