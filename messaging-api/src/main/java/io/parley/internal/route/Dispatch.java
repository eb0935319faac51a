package io.parley.internal.route;

import io.parley.channel.ChannelName;
import io.parley.failure.MessagingException;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to a link, which may have to wait for one. Offered to one link at a time, from one thread at a time;
 * {@link #fail} may be called from any thread.
 */
public abstract class Dispatch {

    /** What to do if every link has all that it granted us in hand. */
    public enum IfFull {
        FAIL,
        WAIT
    }

    public final ChannelName channel;
    public final Deadline deadline;
    public final IfFull ifFull;
    /** When it began to wait for a link. Confined to the I/O context. */
    long waitingSince;
    /** How often it was sent, the time that is under way included. Confined to the I/O context once it was refused. */
    int attempts = 1;
    /** What its place among those who wait has cost. */
    long paid;

    public Dispatch(ChannelName channel, Deadline deadline, IfFull ifFull) {
        this.channel = channel;
        this.deadline = deadline;
        this.ifFull = ifFull;
    }

    /** The incarnation that it must reach, or 0 for any instance that serves the channel. */
    public long target() {
        return 0;
    }

    /** The message's key, if it has one. */
    @Nullable
    public String key() {
        return null;
    }

    /**
     * Tries one link. After {@link Verdict#ACCEPTED} it is neither offered again nor failed by the caller.
     *
     * @throws RuntimeException if no link will ever take it; the caller fails it with that
     */
    public abstract Verdict offerTo(OutboundLink link);

    /** It was refused, or not sent after all, and is tried again. Called in the I/O context. */
    public void onAgain(MessagingException why) {}

    /** What it takes while it waits. */
    public long bytes() {
        return 0;
    }

    /** It has to wait for a link, or for room on one. */
    public void onEnqueued() {}

    /** It could not be handed to any link. */
    public abstract void fail(MessagingException cause);

    /** Nobody wants it to be sent any more. */
    public boolean isAbandoned() {
        return false;
    }
}
