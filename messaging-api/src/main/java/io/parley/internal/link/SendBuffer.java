package io.parley.internal.link;

import io.parley.failure.OverloadedException;
import io.parley.failure.TooLargeException;
import io.parley.internal.runtime.Backlog;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.WireMessage;
import io.parley.transport.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one link. Senders encode straight into it from their own threads; while the I/O context is busy,
 * envelopes gather here and leave packed into frames, those that are large in chunks with others in between. What is under
 * credit is accepted only as far as {@link SendCredit} covers it, so that this never holds more than was granted, plus answers.
 *
 * <p>Thread-safe, but for {@link #flush}, which is confined to the I/O context.
 */
public final class SendBuffer {

    /** What became of an offer. */
    public enum Verdict {
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

    private final PeerContext core;
    private final Runnable onDrained;
    private final Runnable onLarge;
    private final Runnable flush = this::flush;
    private final FrameSender sender;
    private final FramePacker packer;
    private final SendCredit credit = new SendCredit();
    private final ChunkedSends transfers = new ChunkedSends();
    private final Backlog paid;
    /** The messages that the bulk link carries. */
    final BulkQueue bulk;

    private boolean open;
    /** Nothing new is taken under credit, though the link lives. */
    private boolean leaving;

    private boolean scheduled;
    /** Somebody was turned away, and no more has been granted since. Changes under the lock only. */
    private volatile boolean starved;

    /** Whether the one-way messages that the link has are kept until they are finished. */
    private boolean keepsOneWays;

    private boolean chunkIsNext;
    private int maxFrame = Integer.MAX_VALUE;
    /** Messages accepted ever, under credit or not. */
    private long accepted;

    /** How many frames, chunks left out, have been taken from here. */
    private long gone;

    /**
     * @param onDrained called in the I/O context when the link has taken all that waited
     * @param onLarge called by whoever has sent something large, afterwards
     */
    public SendBuffer(PeerContext core, Link link, Runnable onDrained, Runnable onLarge) {
        this.core = core;
        sender = new FrameSender(core, link, this::sendNext);
        this.onDrained = onDrained;
        this.onLarge = onLarge;
        bulk = new BulkQueue(this, transfers, this::scheduleFlush);
        packer = new FramePacker(core.time);
        paid = core.memory.backlogOfLink();
    }

    /** Has one-way messages kept until they are finished. Called in the I/O context, before {@link #open}. */
    void keepIn(UnfinishedOneWays unfinished) {
        sender.keepIn(unfinished);
        synchronized (this) {
            keepsOneWays = true;
        }
    }

    /** As {@link #open(Control.Terms, boolean)}, where the other side cannot be asked for credit. */
    public void open(Control.LinkLimits terms) {
        open(terms, false);
    }

    /**
     * Begins to accept envelopes.
     *
     * @param mayAsk whether the other side may be asked for credit
     */
    synchronized void open(Control.LinkLimits terms, boolean mayAsk) {
        open = true;
        maxFrame = (int) Math.min(terms.maxFrame(), Integer.MAX_VALUE);
        packer.open(maxFrame);
        credit.open(terms, mayAsk);
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
    public synchronized long accepted() {
        return accepted;
    }

    /**
     * Accepts no more. Confined to the I/O context, or to whoever ends the peer in its stead.
     *
     * @return the messages that were not handed to the link, or not in whole: nobody has seen them
     */
    List<WireMessage> close() {
        var unsentFrames = new ArrayList<PackedFrame>();
        WireMessage completed = sender.drainTo(unsentFrames);
        List<WireMessage> inChunks;
        synchronized (this) {
            open = false;
            packer.drainTo(unsentFrames);
            inChunks = transfers.clear();
            paid.close();
        }
        long now = core.time.nanoTime();
        List<WireMessage> unsent = UnsentMessages.messagesIn(unsentFrames, now);
        if (completed != null) {
            inChunks.add(0, completed);
        }
        inChunks.forEach(message -> UnsentMessages.age(message, now - sender.reckonedAt(message, now)));
        unsent.addAll(inChunks);
        return unsent;
    }

    /**
     * Adds a message that is under credit.
     *
     * @throws TooLargeException if the other side does not take envelopes of this size, now or ever
     * @throws io.parley.failure.UnencodableException if a field holds what the wire cannot
     */
    public Verdict offer(WireMessage message) {
        return offer(message, null);
    }

    /** @param counter where it is counted if it is accepted, if anywhere; of this outbox alone */
    Verdict offer(WireMessage message, @Nullable AtomicLong counter) {
        boolean isFirst;
        synchronized (this) {
            if (!open || leaving) {
                return Verdict.CLOSED;
            }
            if (!credit.coversMessage()) {
                starved = true;
                return Verdict.NO_CREDIT;
            }
            if (!isPaid(message)) {
                return Verdict.NO_MEMORY;
            }
            if (!append(message, true)) {
                starved = true;
                return ask();
            }
            credit.takeMessage();
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
        Control.CreditWanted question = credit.question();
        if (question != null) {
            add(question);
        }
        return credit.isGrantTooSmall() ? Verdict.CREDIT_ASKED : Verdict.NO_CREDIT;
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
                append(message, false);
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
        return !packer.isEmpty() || transfers.hasNext();
    }

    private void onAccepted(WireMessage message, boolean isFirst) {
        if (isFirst) {
            core.port().execute(flush);
        }
        if (ChunkedSends.isLarge(message)) {
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

    public void add(Control control) {
        synchronized (this) {
            if (!open) {
                return;
            }
            packer.add(control);
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
    synchronized boolean isBelowGrant(Control.Credit grant) {
        return credit.isBelowGrant(grant);
    }

    /** Takes note of a grant; answers whether somebody has been turned away for want of it. */
    synchronized boolean onCredit(Control.Credit grant) {
        credit.onGrant(grant);
        boolean awaited = starved;
        starved = false;
        return awaited;
    }

    /** How many octets wait here because the link has no room: the other side does not read as fast as we answer, or not at all. */
    public synchronized long backlog() {
        return packer.bytes() + transfers.bytes();
    }

    /** As {@link #backlog}, and what has left over the bulk link without being known to have arrived. */
    private long held() {
        return packer.bytes() + transfers.held();
    }

    /** The number of the frame, chunks left out, in which what was added last goes. */
    synchronized long lastFrame() {
        return gone + packer.frames();
    }

    /** Whether the link has been offered that frame. */
    synchronized boolean hasTaken(long frame) {
        return frame <= gone;
    }

    public synchronized boolean isEmpty() {
        return packer.isEmpty() && transfers.isEmpty() && !scheduled;
    }

    /** Hands to the link what waits, until it has no more room. */
    public void flush() {
        sender.flush();
    }

    /** Gives the sender the next frame, if there is one. */
    private boolean sendNext() {
        @Nullable FrameWriter full;
        PackedFrame.OneWays oneWays;
        synchronized (this) {
            if (!open) {
                scheduled = false;
                return false;
            }
            paid.settle(held());
            boolean othersWait = !packer.isEmpty();
            if (transfers.hasNext() && (!othersWait || (chunkIsNext && !transfers.mustWait(gone)))) {
                chunkIsNext = false;
                sender.send(transfers.next(), transfers.completed());
                return true;
            }
            chunkIsNext = true;
            gone += othersWait ? 1 : 0;
            PackedFrame frame = packer.poll();
            if (frame != null) {
                sender.send(frame.octets(), frame.oneWays());
                return true;
            }
            oneWays = othersWait ? packer.oneWays() : null;
            full = othersWait ? packer.swap() : null;
            if (full == null) {
                scheduled = false;
            }
        }
        if (full == null) {
            onDrained.run();
            return false;
        }
        // Nobody else comes to it before this context asks for the next frame.
        sender.send(full.take(), oneWays);
        return true;
    }

    /** False, and nothing appended, if it is under credit and that does not cover it. */
    private boolean append(WireMessage message, boolean isUnderCredit) {
        if (ChunkedSends.isLarge(message) || transfers.mustFollow(message)) {
            return transfer(message, isUnderCredit);
        }
        int size = packer.pack(message);
        if (size > maxFrame - FrameFormat.OVERHEAD) {
            packer.takeBack();
            throw tooLarge(size);
        }
        if (isUnderCredit && !credit.take(size)) {
            packer.takeBack();
            return false;
        }
        packer.keep(message, keepsOneWays);
        return true;
    }

    private boolean transfer(WireMessage message, boolean isUnderCredit) {
        packer.beforeTransfer(message);
        byte[] beginning = FrameWriter.beginningOf(message);
        long size = FrameFormat.LENGTH + (long) beginning.length + message.payloadLength();
        if (size > maxFrame - FrameFormat.OVERHEAD) {
            throw tooLarge(size);
        }
        if (isUnderCredit && !credit.take(size)) {
            return false;
        }
        packer.seal();
        transfers.add(message, beginning, gone + packer.frames());
        return true;
    }

    private TooLargeException tooLarge(long size) {
        return new TooLargeException(
                "The message takes " + size + " bytes; the receiver accepts " + (maxFrame - FrameFormat.OVERHEAD));
    }
}
