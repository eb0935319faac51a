package io.parley.internal.dispatch;

import io.parley.internal.runtime.PeerContext;
import io.parley.message.MessageId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds requests and surveys in hand whose deadline is long past, as nobody completes the stage that their handler returned, and tells
 * the error handler, once a minute for each channel. They stay in hand, and their credit stays taken, until the stage completes.
 *
 * <p>Confined to the I/O context, but for {@link #count}, which is thread-safe.
 */
public final class OverdueRequests {

    private static final long LONG_PAST_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final PeerContext core;
    private final Map<ChannelTarget, Long> toldAt = new HashMap<>();
    private int counting;
    private volatile int count;

    public OverdueRequests(PeerContext core) {
        this.core = core;
    }

    /** How many there were at the last look, as far as they are watched: at most 64 for each handler. */
    public int count() {
        return count;
    }

    /** Looks at some handlers; {@link #endLook} follows when all have been looked at. */
    public void look(ChannelTarget to, long now) {
        Unanswered.Overdue overdue =
                to instanceof AnswerTask.To<?, ?> answered ? answered.unanswered.overdue(now, LONG_PAST_NANOS) : null;
        if (overdue == null) {
            toldAt.remove(to);
            return;
        }
        counting += overdue.count();
        Long told = toldAt.get(to);
        if (told == null || now - told >= PAUSE_NANOS) {
            toldAt.put(to, now);
            report(to, overdue);
        }
    }

    public void endLook() {
        count = counting;
        counting = 0;
    }

    private void report(ChannelTarget to, Unanswered.Overdue overdue) {
        MessageId id = overdue.oldest().id;
        String what = overdue.count() + " or more messages on " + to.channel + " are in hand "
                + LONG_PAST_NANOS / 1_000_000_000 + " s after their deadline, such as " + id
                + ": the stage that their handler returned has not been completed. They keep the credit of those who sent them.";
        core.complaints.report(
                "overdue on " + to.channel, what, new IllegalStateException("A reply stage is never completed"));
    }
}
