package io.parley.internal.link;

import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.ChunkAssembler;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.FrameLimits;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.MalformedFrameException;
import io.parley.internal.wire.WireMessage;
import io.parley.text.PlainText;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of a link have in common: reading frames, heartbeats, and the end. Confined to the I/O context, but for the
 * outbox.
 */
public abstract class PeerLink implements LinkListener, FrameVisitor, BulkLinkOwner {

    private static final int UNANSWERED_PINGS = 3;
    final LinkContext links;
    final PeerContext core;
    /** Thread-safe. */
    public final SendBuffer outbox;

    final BulkLink bulk;
    private final OwedPongs owedPongs;
    private final Link link;
    private final ChunkAssembler assembly;
    private final InChunks inChunks;
    private boolean heard;
    private int unansweredPings;
    private volatile boolean ended;

    PeerLink(LinkContext links, Link link) {
        this.links = links;
        core = links.core;
        this.link = link;
        long mostOctets = FrameLimits.maxEnvelope(core.config.limits().maxMessageBytes());
        bulk = new BulkLink(links, this, mostOctets);
        outbox = new SendBuffer(core, link, this::drained, bulk::onLarge);
        owedPongs = new OwedPongs(outbox);
        assembly = new ChunkAssembler(mostOctets, this, core.aside, link::reuse, this);
        inChunks = new InChunks(assembly, bulk);
    }

    /** The other side sent something malformed. */
    @Override
    public void onMalformed(String how) {
        violated(how);
    }

    /** As {@link #onMalformed(String)}, with the frame. */
    void onMalformed(byte[] frame, String how) {
        onMalformed(how);
    }

    /**
     * The link has ended, for whatever reason. Called once.
     *
     * @param unsent messages that never went out
     */
    abstract void onEnded(String reason, List<WireMessage> unsent);

    /** A frame has been read to its end, or as far as it is wanted. */
    abstract void onFrameRead();

    /** All that waited for the link has been written. */
    void onDrained() {}

    private void drained() {
        owedPongs.onDrained();
        onDrained();
    }

    /** Whether the other side has said that it goes. */
    abstract boolean isOtherLeaving();

    /** There is something large to send, and no bulk link yet. */
    @Override
    public abstract void wantBulkLink();

    /** Who is at the other end, for people. */
    @Override
    public abstract String other();

    /** How much has come in chunks of what is not complete, or came over the bulk link at all. */
    final long gathered() {
        return assembly.octets() + bulk.heard();
    }

    @Override
    public final SendBuffer outbox() {
        return outbox;
    }

    /** Tells what comes in chunks, on this link or the bulk link. */
    final InChunks inChunks() {
        return inChunks;
    }

    /** A message is complete that came in chunks. */
    @Override
    public final void onCompleted(WireMessage message) {
        inChunks.beginReading();
        try {
            onMessage(message);
        } finally {
            inChunks.endReading();
        }
    }

    @Override
    public final boolean take(long octets) {
        return core.memory.unfinished.take(octets);
    }

    @Override
    public final void give(long octets) {
        core.memory.unfinished.give(octets);
    }

    @Override
    public final boolean hasEnded() {
        return ended;
    }

    @Override
    public final void onFrame(byte[] frame) {
        heard = true;
        try {
            Frames.read(frame, core.texts, this);
        } catch (MalformedFrameException e) {
            onMalformed(frame, String.valueOf(e.getMessage()));
        } finally {
            onFrameRead();
        }
    }

    @Override
    public final boolean wantsMore() {
        return !ended;
    }

    @Override
    public final void onWritable() {
        outbox.flush();
    }

    @Override
    public final void onDown(String reason) {
        if (!ended) {
            ended = true;
            assembly.clear();
            bulk.close();
            onEnded(reason, outbox.close());
        }
    }

    /** Ends the link from this side. */
    public final void end(@Nullable Control lastWord, String reason) {
        if (!ended) {
            outbox.flush();
            if (lastWord != null) {
                sendNow(lastWord);
            }
            link.close();
            onDown(reason);
        }
    }

    /**
     * Ends the link because this peer ends.
     *
     * @param orderly whether this is the I/O context and the port still open
     */
    public final void end(String reason, boolean orderly) {
        if (orderly) {
            end(null, reason);
        } else {
            onDown(reason);
        }
    }

    /** How a link ended, for those who look on: one who said that it goes has left, and is not dead. */
    static String ended(boolean hasSaidSo, String reason) {
        return (hasSaidSo ? "left: " : "link: ") + reason;
    }

    /** Past the outbox, for what is said before the link is open or as it ends. */
    final boolean sendNow(Control control) {
        return link.send(Frames.of(control));
    }

    /** The other side broke the protocol. */
    @Override
    public final void violated(String how) {
        core.counters.malformedFrames.increment();
        core.complaints.report("protocol", "Link with " + other() + " ended: " + how, new ProtocolViolation(how));
        end(new Control.Reject(Control.Reject.MALFORMED, how), "protocol violated: " + how);
    }

    /**
     * Asks a quiet link whether the other end is still there, and ends it when three questions in a row found no answer. Called once
     * per heartbeat interval. It counts questions rather than time, so that a pause of our own ends no link.
     */
    final void beat(long now) {
        if (heard) {
            heard = false;
            unansweredPings = 0;
        } else if (unansweredPings == UNANSWERED_PINGS) {
            String why = "no answer to " + UNANSWERED_PINGS + " pings";
            end(new Control.Reject(Control.Reject.QUIET, why), why);
        } else {
            unansweredPings++;
            outbox.add(new Control.Ping(now));
        }
    }

    final boolean onPing(Control.Ping ping) {
        if (isOtherLeaving()) {
            owedPongs.owe(ping.token());
        } else {
            owedPongs.answer(ping.token());
        }
        return true;
    }

    final boolean onBulkNext(Control.BulkNext next) {
        bulk.onNext(next.number());
        return true;
    }

    final boolean onBulkOver() {
        bulk.onOver();
        return true;
    }

    final boolean onChunk(Control.Chunk chunk) {
        try {
            inChunks.onChunk(chunk.length());
            WireMessage complete = assembly.add(chunk, core.texts);
            if (complete != null) {
                onCompleted(complete);
            }
        } catch (MalformedFrameException e) {
            onMalformed(String.valueOf(e.getMessage()));
        }
        return true;
    }

    /** Carries what was wrong to the error handler. */
    static final class ProtocolViolation extends Exception {

        private static final long serialVersionUID = 1L;

        ProtocolViolation(String message) {
            super(PlainText.of(message), null, false, false);
        }
    }
}
