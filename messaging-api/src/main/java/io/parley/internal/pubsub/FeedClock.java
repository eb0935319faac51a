package io.parley.internal.pubsub;

import io.parley.internal.link.LinkClock;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.Topics.Ask;
import io.parley.internal.wire.WireMessage;
import io.parley.transport.Feed;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tells by this peer's clock when the messages of one feed were sent, from what their publisher says by its own. A feed has no HELLO and
 * no PING: the publisher is asked for its clock as for the last number of a channel, between the heartbeats and when a message looks old.
 * The answer bounds the difference between the clocks from both sides, as the publisher read its clock after the question had gone and
 * before the answer came. Without an answer nothing is known of the publisher's clock, and no message has an age.
 *
 * <p>Asks only on feeds that bring surveys, or have brought something that says when it was sent. Confined to the I/O context.
 */
final class FeedClock {

    /** How many heartbeat intervals of this peer an answer may take. */
    private static final int PATIENCE_BEATS = 3;

    /** How many heartbeat intervals of this peer lie between two questions: clocks differ by 4 ms more after 20 s. */
    private static final int BEATS_BETWEEN = 10;

    /** How soon it asks again because a message looks old. */
    private static final long NANOS_BETWEEN = 1_000_000_000;

    private final PeerContext core;
    private final long incarnation;
    private final String channel;

    private LinkClock clock = new LinkClock();
    /** Whether the publisher has told its clock. */
    private boolean isKnown;

    private boolean isWanted;
    /** The open question. */
    private @Nullable Ask asked;

    private long askedAt;
    private int beatsSinceAsked;

    /** Whether a message of the frame that is being read has said when it was sent, and the latest such time. */
    private boolean isSaidInFrame;

    private long latestInFrame;

    /**
     * @param service the publisher's
     * @param incarnation the publisher's
     */
    FeedClock(PeerContext core, String service, long incarnation) {
        this.core = core;
        this.incarnation = incarnation;
        channel = Topics.clock(service);
    }

    /** Ages are wanted of what {@code feed} brings. To be called before it is subscribed to, so that the answer comes first. */
    void want(Feed feed) {
        if (!isWanted) {
            isWanted = true;
            ask(feed);
        }
    }

    private void ask(Feed feed) {
        RandomGenerator random = core.config.plugins().environment().random();
        long nonce;
        do {
            nonce = random.nextLong();
        } while (nonce == 0);
        var question = new Ask(nonce, incarnation, Ask.NOTHING, 0, channel);
        asked = question;
        askedAt = core.time.nanoTime();
        beatsSinceAsked = 0;
        feed.subscribe(question.topic());
    }

    /** Takes an answer; returns false if {@code nonce} is that of another question. */
    boolean onAnswer(Feed feed, long nonce, Numbers numbers) {
        Ask question = asked;
        if (question == null || question.nonce() != nonce || !numbers.channel().equals(channel)) {
            return false;
        }
        if (numbers.speaker().incarnation() == incarnation) {
            end(feed, question);
            // An older publisher has never published on that channel, and answers 0.
            if (numbers.upTo() != 0) {
                clock.onReading(numbers.upTo(), askedAt, core.time.nanoTime());
                isKnown = true;
            }
        }
        return true;
    }

    private void end(Feed feed, Ask question) {
        asked = null;
        feed.unsubscribe(question.topic());
    }

    /** Once per heartbeat interval. */
    void onBeat(Feed feed) {
        if (!isWanted) {
            return;
        }
        beatsSinceAsked++;
        Ask question = asked;
        if (question != null && beatsSinceAsked >= PATIENCE_BEATS) {
            end(feed, question);
        }
        if (beatsSinceAsked >= BEATS_BETWEEN) {
            ask(feed);
        }
    }

    /** Another frame is read. What one says holds for none of the next, as others may subscribe to that alone. */
    void onFrame() {
        isSaidInFrame = false;
    }

    /** Since when the time counts that remains to a message which was read now and has a deadline. */
    long countsFrom(WireMessage message, Feed feed) {
        long now = core.time.nanoTime();
        if (message.sentAt() != 0) {
            want(feed);
            if (isKnown) {
                return sentAt(message.sentAt(), now, feed);
            }
        }
        return isSaidInFrame ? latestInFrame : core.countsFrom(now);
    }

    private long sentAt(long micros, long now, Feed feed) {
        long sentAt = clock.onSentAt(micros, now);
        if (!isSaidInFrame || sentAt - latestInFrame > 0) {
            isSaidInFrame = true;
            latestInFrame = sentAt;
        }
        if (now - sentAt >= LinkClock.DOUBTFUL && asked == null && now - askedAt >= NANOS_BETWEEN) {
            ask(feed);
        }
        return sentAt;
    }

    /** Another peer has the publisher's address: what comes may be told by its clock. */
    void onStranger() {
        isKnown = false;
    }

    /** The feed is closed. The publisher's clock may have stood still meanwhile, so that of the next feed is asked for anew. */
    void onFeedEnded() {
        clock = new LinkClock();
        isKnown = false;
        isWanted = false;
        asked = null;
    }
}
