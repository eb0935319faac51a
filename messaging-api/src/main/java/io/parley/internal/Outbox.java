package io.parley.internal;

import io.parley.failure.TooLargeException;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.WireMessage;
import io.parley.internal.wire.WireWriter;
import io.parley.transport.Link;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one link. Senders encode straight into it from their own threads; while the I/O context is busy,
 * envelopes gather here and leave packed into frames. It also keeps the account of credit: what is under credit is
 * accepted only as far as the other side has granted, so that this never holds more than was granted, plus answers.
 *
 * <p>Thread-safe, but for {@link #flush}, which is confined to the I/O context.
 */
final class Outbox {

    /** Above this an envelope begins a new frame. */
    private static final int PACKED = 64 * 1024;

    /** What became of an offer. */
    enum Verdict {
        ACCEPTED,
        /** The other side has granted no more just now. */
        NO_CREDIT,
        /** The link is not open for messages, or no more. */
        CLOSED
    }

    private final Core core;
    private final Link link;
    private final Runnable onDrained;
    private final Runnable flush = this::flush;
    private final WireWriter writer = new WireWriter();
    private final ArrayDeque<byte[]> frames = new ArrayDeque<>();

    private long frameBytes;
    private boolean open;
    private boolean scheduled;
    private boolean starved;
    private int maxFrame = Integer.MAX_VALUE;
    private long sentMessages;
    private long sentBytes;
    private long grantedMessages;
    private long grantedBytes;

    /** A frame that the link had no room for. Confined to the I/O context. */
    private byte @Nullable [] stalled;

    /** @param onDrained called in the I/O context when the link has taken all that waited */
    Outbox(Core core, Link link, Runnable onDrained) {
        this.core = core;
        this.link = link;
        this.onDrained = onDrained;
    }

    /** Begins to accept envelopes. */
    synchronized void open(Control.Terms terms) {
        open = true;
        maxFrame = (int) Math.min(terms.maxFrame(), Integer.MAX_VALUE);
        grantedMessages = terms.messages();
        grantedBytes = terms.bytes();
    }

    /**
     * Accepts no more. Confined to the I/O context, or to whoever ends the peer in its stead.
     *
     * @return the frames that were not handed to the link: nobody has seen what is in them
     */
    List<byte[]> close() {
        var unsent = new ArrayList<byte[]>();
        if (stalled != null) {
            unsent.add(stalled);
            stalled = null;
        }
        synchronized (this) {
            open = false;
            unsent.addAll(frames);
            if (writer.size() > 0) {
                unsent.add(writer.take());
            }
            frames.clear();
            frameBytes = 0;
        }
        return unsent;
    }

    /**
     * Adds a message that is under credit.
     *
     * @throws TooLargeException if the other side does not take envelopes of this size, now or ever
     * @throws io.parley.failure.UnencodableException if a field holds what the wire cannot
     */
    Verdict offer(WireMessage message) {
        synchronized (this) {
            if (!open) {
                return Verdict.CLOSED;
            }
            if (sentMessages >= grantedMessages) {
                starved = true;
                return Verdict.NO_CREDIT;
            }
            int before = writer.size();
            int size = append(message);
            if (sentBytes + size > grantedBytes) {
                Frames.takeBack(writer, before);
                starved = true;
                return Verdict.NO_CREDIT;
            }
            sentMessages++;
            sentBytes += size;
            pack(before);
            if (scheduled) {
                return Verdict.ACCEPTED;
            }
            scheduled = true;
        }
        core.port().execute(flush);
        return Verdict.ACCEPTED;
    }

    /**
     * Adds a message that is not under credit.
     *
     * @return whether the link was open for it
     * @throws TooLargeException as {@link #offer}
     * @throws io.parley.failure.UnencodableException as {@link #offer}
     */
    boolean add(WireMessage message) {
        synchronized (this) {
            if (!open) {
                return false;
            }
            int before = writer.size();
            append(message);
            pack(before);
        }
        schedule();
        return true;
    }

    void add(Control control) {
        synchronized (this) {
            if (!open) {
                return;
            }
            int before = writer.size();
            Frames.append(control, writer);
            pack(before);
        }
        schedule();
    }

    /** Takes note of a grant; answers whether somebody has been turned away for want of it. */
    synchronized boolean onCredit(Control.Credit credit) {
        grantedMessages = Math.max(grantedMessages, credit.messages());
        grantedBytes = Math.max(grantedBytes, credit.bytes());
        boolean awaited = starved;
        starved = false;
        return awaited;
    }

    /** How many octets wait here because the link has no room: the other side does not read as fast as we answer, or not at all. */
    synchronized long backlog() {
        return frameBytes + writer.size();
    }

    synchronized boolean isEmpty() {
        return writer.size() == 0 && frames.isEmpty() && !scheduled;
    }

    /** Hands to the link what waits, until it has no more room. */
    void flush() {
        while (true) {
            byte[] frame = stalled;
            stalled = null;
            if (frame == null) {
                synchronized (this) {
                    if (!open) {
                        scheduled = false;
                        return;
                    }
                    frame = next();
                    if (frame == null) {
                        scheduled = false;
                    }
                }
            }
            if (frame == null) {
                onDrained.run();
                return;
            }
            if (!link.send(frame)) {
                stalled = frame;
                return;
            }
        }
    }

    private byte @Nullable [] next() {
        byte[] frame = frames.poll();
        if (frame != null) {
            frameBytes -= frame.length;
            return frame;
        }
        return writer.size() == 0 ? null : writer.take();
    }

    private void schedule() {
        synchronized (this) {
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        core.port().execute(flush);
    }

    private int append(WireMessage message) {
        int before = writer.size();
        int size = Frames.append(message, writer);
        if (size > maxFrame - Frames.OVERHEAD) {
            Frames.takeBack(writer, before);
            throw new TooLargeException(
                    "The message takes " + size + " bytes; the receiver accepts " + (maxFrame - Frames.OVERHEAD));
        }
        return size;
    }

    /** If the frame has grown too large with what was appended after {@code before}, that gets a frame of its own. */
    private void pack(int before) {
        if (before > 0 && writer.size() > Math.min(PACKED, maxFrame)) {
            byte[] frame = Frames.split(writer, before);
            frames.add(frame);
            frameBytes += frame.length;
        }
    }
}
