package io.parley.internal;

import io.parley.failure.OverloadedException;
import io.parley.failure.TooLargeException;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.WireMessage;
import io.parley.transport.LateFrame;
import io.parley.transport.Link;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one link. Senders encode straight into it from their own threads; while the I/O context is busy,
 * envelopes gather here and leave packed into frames, those that are large in chunks with others in between. It also keeps the account
 * of credit: what is under credit is accepted only as far as the other side has granted, so that this never holds more than was
 * granted, plus answers.
 *
 * <p>Thread-safe, but for {@link #flush}, which is confined to the I/O context.
 */
final class Outbox {

    /** Above this an envelope begins a new frame: one that fills the transport's buffers and needs no more of them. */
    private static final int PACKED = 64 * 1024 - 32;

    /** What has at most so many octets is small, */
    private static final int SMALL = 4 * 1024;

    /** and such a part of the credit that there was after the latest grant is left to it. */
    private static final int RESERVED_PART = 64;

    /** What became of an offer. */
    enum Verdict {
        ACCEPTED,
        /** The other side has granted no more just now. */
        NO_CREDIT,
        /** What the other side granted last is too little for this, whatever else waits; it was asked for enough. */
        CREDIT_ASKED,
        /** Too much waits here already to be read by others. */
        NO_MEMORY,
        /** The link is not open for messages, or no more. */
        CLOSED
    }

    private final Core core;
    private final Link link;
    private final Runnable onDrained;
    private final Runnable onLarge;
    private final Runnable flush = this::flush;
    private final ArrayDeque<PackedFrame> frames = new ArrayDeque<>();
    /** Of the frame in {@link #writer}. */
    private final PackedFrame.Tally tally = new PackedFrame.Tally();

    private final Transfers transfers = new Transfers();
    private final Backlog paid;
    private final SentAt sentAt = new SentAt();
    private FrameWriter writer = new FrameWriter();
    /** Takes turns with the other one, so that nobody waits while a frame is copied. */
    private FrameWriter spare = new FrameWriter();

    private long frameBytes;
    private boolean open;
    /** Nothing new is taken under credit, though the link lives. */
    private boolean leaving;

    private boolean scheduled;
    /** Somebody was turned away, and no more has been granted since. Changes under the lock only. */
    private volatile boolean starved;

    /** Keeps the one-way messages that the link has; null if nobody does. Set under the lock in the I/O context. */
    private volatile @Nullable UnfinishedOneWays unfinished;

    private boolean chunkIsNext;
    private int maxFrame = Integer.MAX_VALUE;
    private long sentMessages;
    /** Messages accepted ever, under credit or not. */
    private long accepted;

    private long sentBytes;
    private long grantedMessages;
    private long grantedBytes;
    /** How much could be sent after the latest grant; no more than after the first. */
    private long roomAfterGrant;

    private long firstGrant;
    /** Whether the other side may be asked for credit. */
    private boolean mayAsk;
    /** The total that it was asked for last. */
    private long asked;
    /** What a message that was turned away would have taken; 0 if it was not for want of octets. */
    private long lacking;

    /** How many frames, chunks left out, have been taken from here. */
    private long gone;

    /** A frame that the link had no room for. Confined to the I/O context, as is what follows. */
    private byte @Nullable [] stalled;

    /** The one-way messages in that frame; null if there are none, or nobody keeps them. */
    private PackedFrame.@Nullable OneWays stalledOneWays;

    /** As {@link #stalled}, if it is one of a message that goes in chunks. */
    private @Nullable LateFrame stalledLate;

    /** The message of which that frame is the last chunk, or all; null if it is another one. */
    private @Nullable WireMessage stalledCompletes;

    /**
     * @param onDrained called in the I/O context when the link has taken all that waited
     * @param onLarge called by whoever has sent something large, afterwards
     */
    Outbox(Core core, Link link, Runnable onDrained, Runnable onLarge) {
        this.core = core;
        this.link = link;
        this.onDrained = onDrained;
        this.onLarge = onLarge;
        paid = core.memory.backlogOfLink();
    }

    /** Has one-way messages kept until they are finished. Called before {@link #open}. */
    synchronized void keepIn(UnfinishedOneWays unfinished) {
        this.unfinished = unfinished;
    }

    /** As {@link #open(Control.Terms, boolean)}, where the other side cannot be asked for credit. */
    void open(Control.Terms terms) {
        open(terms, false);
    }

    /**
     * Begins to accept envelopes.
     *
     * @param mayAsk whether the other side may be asked for credit
     */
    synchronized void open(Control.Terms terms, boolean mayAsk) {
        open = true;
        this.mayAsk = mayAsk;
        maxFrame = (int) Math.min(terms.maxFrame(), Integer.MAX_VALUE);
        grantedMessages = terms.messages();
        grantedBytes = terms.bytes();
        firstGrant = terms.bytes();
        roomAfterGrant = firstGrant;
    }

    /**
     * Accepts nothing under credit any more. Every message that an {@link #offer} has accepted stands before whatever is added after this
     * call returns, except those that go in chunks: see {@link #hasTransfers}.
     */
    synchronized void leave() {
        leaving = true;
    }

    /** Whether messages wait that go in chunks, which control envelopes overtake. */
    synchronized boolean hasTransfers() {
        return !transfers.isEmpty();
    }

    /** How many messages were accepted ever, control envelopes left out. */
    synchronized long accepted() {
        return accepted;
    }

    /**
     * Accepts no more. Confined to the I/O context, or to whoever ends the peer in its stead.
     *
     * @return the messages that were not handed to the link, or not in whole: nobody has seen them
     */
    List<WireMessage> close() {
        var unsentFrames = new ArrayList<PackedFrame>();
        WireMessage completed = stalledCompletes;
        if (stalled != null) {
            unsentFrames.add(new PackedFrame(stalled, stalledOneWays));
        }
        stalled = null;
        stalledOneWays = null;
        stalledLate = null;
        stalledCompletes = null;
        List<WireMessage> inChunks;
        synchronized (this) {
            open = false;
            unsentFrames.addAll(frames);
            if (writer.size() > 0) {
                unsentFrames.add(new PackedFrame(writer.take(), tally.take()));
            }
            frames.clear();
            frameBytes = 0;
            inChunks = transfers.clear();
            paid.close();
        }
        long now = core.time.nanoTime();
        List<WireMessage> unsent = Unsent.messagesIn(unsentFrames, now);
        if (completed != null) {
            inChunks.add(0, completed);
        }
        inChunks.forEach(message -> SentFrame.age(message, now - reckonedAt(message, now)));
        unsent.addAll(inChunks);
        return unsent;
    }

    /**
     * Adds a message that is under credit.
     *
     * @throws TooLargeException if the other side does not take envelopes of this size, now or ever
     * @throws io.parley.failure.UnencodableException if a field holds what the wire cannot
     */
    Verdict offer(WireMessage message) {
        return offer(message, null);
    }

    /** @param counter where it is counted if it is accepted, if anywhere; of this outbox alone */
    Verdict offer(WireMessage message, @Nullable AtomicLong counter) {
        boolean isFirst;
        synchronized (this) {
            if (!open || leaving) {
                return Verdict.CLOSED;
            }
            if (sentMessages >= grantedMessages) {
                starved = true;
                return Verdict.NO_CREDIT;
            }
            if (!isPaid(message)) {
                return Verdict.NO_MEMORY;
            }
            if (!append(message, grantedBytes - sentBytes)) {
                starved = true;
                return ask();
            }
            sentMessages++;
            accepted++;
            if (counter != null) {
                counter.lazySet(counter.getPlain() + 1);
            }
            isFirst = !scheduled && hasForLink();
            scheduled |= isFirst;
        }
        onAccepted(message, isFirst);
        return Verdict.ACCEPTED;
    }

    /** Asks for what was lacking, if it was not asked for yet. Called with the lock held. */
    private Verdict ask() {
        long total = sentBytes + lacking;
        if (!mayAsk || total <= grantedBytes) {
            return Verdict.NO_CREDIT;
        }
        if (total > asked) {
            asked = total;
            add(new Control.CreditWanted(total));
        }
        return lacking > roomAfterGrant ? Verdict.CREDIT_ASKED : Verdict.NO_CREDIT;
    }

    /** Whether there is memory for what waits here with {@code message}. Called with the lock held. */
    private boolean isPaid(WireMessage message) {
        return paid.covers(held() + message.payloadLength());
    }

    /**
     * Adds a message that is not under credit.
     *
     * @return whether the link was open for it
     * @throws OverloadedException if too much waits already for others to read it, and it is no fault
     * @throws TooLargeException as {@link #offer}
     * @throws io.parley.failure.UnencodableException as {@link #offer}
     */
    boolean add(WireMessage message) {
        boolean isFirst = false;
        boolean isRefused;
        synchronized (this) {
            if (!open) {
                return false;
            }
            isRefused = !isPaid(message) && message.kind() != EnvelopeKind.FAULT;
            if (!isRefused) {
                append(message, Long.MAX_VALUE);
                accepted++;
                isFirst = !scheduled && hasForLink();
                scheduled |= isFirst;
            }
        }
        if (isRefused) {
            // Without the lock: the application's error handler is told.
            core.memory.outgoing.refused("A " + message.kind() + " was not sent");
            throw new OverloadedException(
                    "No memory for the answer beside what waits to be read: " + core.memory.outgoing.describe());
        }
        onAccepted(message, isFirst);
        return true;
    }

    private boolean hasForLink() {
        return writer.size() > 0 || !frames.isEmpty() || transfers.hasNext();
    }

    private void onAccepted(WireMessage message, boolean isFirst) {
        if (isFirst) {
            core.port().execute(flush);
        }
        if (Transfers.isLarge(message)) {
            onLarge.run();
        }
    }

    private void scheduleFlush() {
        synchronized (this) {
            if (scheduled || !open) {
                return;
            }
            scheduled = true;
        }
        core.port().execute(flush);
    }

    /** From now on what is large goes over the bulk link, which asks for it by {@link #nextOfBulk}. */
    synchronized void openBulkLink() {
        transfers.openBulkLink();
    }

    /** The next frame for the bulk link; null if there is none just now. */
    synchronized @Nullable LateFrame nextOfBulk() {
        return open ? transfers.nextOfBulk() : null;
    }

    /**
     * The other side has so many messages that came over the bulk link.
     *
     * @return false if that cannot be
     */
    boolean onArrived(long count) {
        synchronized (this) {
            if (!transfers.onArrived(count)) {
                return false;
            }
        }
        scheduleFlush();
        return true;
    }

    /** There is no bulk link any more. */
    void closeBulkLink() {
        synchronized (this) {
            transfers.closeBulkLink();
        }
        scheduleFlush();
    }

    void add(Control control) {
        synchronized (this) {
            if (!open) {
                return;
            }
            boolean alone = writer.size() == 0;
            writer.append(control);
            if (!alone && isFull()) {
                writer.takeBack();
                seal();
                writer.append(control);
            }
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        core.port().execute(flush);
    }

    /** Whether the last that was offered found no credit, and none has come since. */
    boolean isStarved() {
        return starved;
    }

    /** Whether a grant is less than one before it: totals never fall. */
    synchronized boolean isBelowGrant(Control.Credit credit) {
        return credit.messages() < grantedMessages || credit.bytes() < grantedBytes;
    }

    /** Takes note of a grant; answers whether somebody has been turned away for want of it. */
    synchronized boolean onCredit(Control.Credit credit) {
        grantedMessages = Math.max(grantedMessages, credit.messages());
        grantedBytes = Math.max(grantedBytes, credit.bytes());
        roomAfterGrant = Math.min(firstGrant, grantedBytes - sentBytes);
        boolean awaited = starved;
        starved = false;
        return awaited;
    }

    /** How many octets wait here because the link has no room: the other side does not read as fast as we answer, or not at all. */
    synchronized long backlog() {
        return frameBytes + writer.size() + transfers.bytes();
    }

    /** As {@link #backlog}, and what has left over the bulk link without being known to have arrived. */
    private long held() {
        return frameBytes + writer.size() + transfers.held();
    }

    /** The number of the frame, chunks left out, in which what was added last goes. */
    synchronized long lastFrame() {
        return gone + frames.size() + (writer.size() > 0 ? 1 : 0);
    }

    /** Whether the link has been offered that frame. */
    synchronized boolean hasTaken(long frame) {
        return frame <= gone;
    }

    synchronized boolean isEmpty() {
        return writer.size() == 0 && frames.isEmpty() && transfers.isEmpty() && !scheduled;
    }

    /** Hands to the link what waits, until it has no more room. */
    void flush() {
        while (stalled != null || stalledLate != null || hasNext()) {
            byte[] frame = stalled;
            LateFrame late = stalledLate;
            stalled = null;
            stalledLate = null;
            boolean isGone = frame == null ? late == null || link.send(late) : link.send(frame);
            if (!isGone) {
                stalled = frame;
                stalledLate = late;
                return;
            }
            keep(frame);
        }
    }

    /** The link has a frame, or the last chunk of a message: until its one-way messages are finished they are kept. */
    private void keep(byte @Nullable [] frame) {
        UnfinishedOneWays keeper = unfinished;
        PackedFrame.OneWays oneWays = stalledOneWays;
        WireMessage completed = stalledCompletes;
        stalledOneWays = null;
        stalledCompletes = null;
        if (keeper != null) {
            if (frame != null && oneWays != null) {
                keeper.onSent(frame, oneWays);
            } else if (completed != null && completed.kind() == EnvelopeKind.ONE_WAY) {
                keeper.onSent(completed, reckonedAt(completed, core.time.nanoTime()));
            }
        }
    }

    /** Since when the remaining time counts of a message that goes in chunks; {@code now} if it has all the time. */
    private long reckonedAt(WireMessage message, long now) {
        return message.hasDeadline() ? SentAt.nanos(message.reckonedAt(), core.openedAt) : now;
    }

    /** Makes the next frame, if there is one, the stalled one. */
    private boolean hasNext() {
        stalledCompletes = null;
        @Nullable FrameWriter full;
        synchronized (this) {
            if (!open) {
                scheduled = false;
                return false;
            }
            paid.settle(held());
            boolean othersWait = !frames.isEmpty() || writer.size() > 0;
            if (transfers.hasNext() && (!othersWait || (chunkIsNext && !transfers.mustWait(gone)))) {
                chunkIsNext = false;
                stalledLate = transfers.next();
                stalledCompletes = transfers.completed();
                return true;
            }
            chunkIsNext = true;
            gone += othersWait ? 1 : 0;
            PackedFrame frame = frames.poll();
            if (frame != null) {
                frameBytes -= frame.octets().length;
                stalled = frame.octets();
                stalledOneWays = frame.oneWays();
                return true;
            }
            full = othersWait ? writer : null;
            if (full == null) {
                scheduled = false;
            } else {
                writer = spare;
                spare = full;
                stalledOneWays = tally.take();
            }
        }
        if (full == null) {
            onDrained.run();
            return false;
        }
        // Nobody else comes to it before this context asks for the next frame.
        stalled = full.take();
        return true;
    }

    /** False, and nothing appended, if that would take more octets than there are. */
    private boolean append(WireMessage message, long octets) {
        if (Transfers.isLarge(message) || transfers.mustFollow(message)) {
            return transfer(message, octets);
        }
        boolean alone = writer.size() == 0;
        if (!alone && writer.size() + message.payloadLength() > PACKED) {
            seal();
            alone = true;
        }
        sentAt.before(message);
        int size = writer.append(message);
        if (!alone && isFull() && size <= maxFrame - Frames.OVERHEAD) {
            writer.takeBack();
            seal();
            size = writer.append(message);
        }
        if (size > maxFrame - Frames.OVERHEAD) {
            writer.takeBack();
            throw tooLarge(size);
        }
        long needed = needed(size);
        if (needed > octets) {
            writer.takeBack();
            lacking = needed;
            return false;
        }
        sentAt.after(message);
        sentBytes += octets == Long.MAX_VALUE ? 0 : size;
        if (unfinished != null && message.kind() == EnvelopeKind.ONE_WAY) {
            if (tally.isEmpty()) {
                tally.begin(core.time.nanoTime());
            }
            tally.add(message.id.sequence());
        }
        return true;
    }

    private boolean transfer(WireMessage message, long octets) {
        sentAt.beforeTransfer(message);
        byte[] beginning = FrameWriter.beginningOf(message);
        long size = Frames.LENGTH + (long) beginning.length + message.payloadLength();
        if (size > maxFrame - Frames.OVERHEAD) {
            throw tooLarge(size);
        }
        long needed = needed(size);
        if (needed > octets) {
            lacking = needed;
            return false;
        }
        sentBytes += octets == Long.MAX_VALUE ? 0 : size;
        if (writer.size() > 0) {
            seal();
        }
        transfers.add(message, beginning, gone + frames.size());
        return true;
    }

    /**
     * The credit that must be there before a message of this size goes. One that is not small leaves some, so that small ones can still be
     * sent until there is more. No more than the other side grants sooner or later, whose grants are sure to let {@link #maxFrame} through
     * and no more.
     */
    private long needed(long size) {
        return size <= SMALL
                ? size
                : size + Math.min(roomAfterGrant / RESERVED_PART, maxFrame - Frames.OVERHEAD - size);
    }

    private TooLargeException tooLarge(long size) {
        return new TooLargeException(
                "The message takes " + size + " bytes; the receiver accepts " + (maxFrame - Frames.OVERHEAD));
    }

    /** Above this, what comes next begins a new frame. */
    private boolean isFull() {
        return writer.size() > Math.min(PACKED, maxFrame);
    }

    private void seal() {
        byte[] frame = writer.take();
        frames.add(new PackedFrame(frame, tally.take()));
        frameBytes += frame.length;
    }
}
