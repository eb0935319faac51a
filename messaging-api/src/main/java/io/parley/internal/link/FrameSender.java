package io.parley.internal.link;

import io.parley.internal.convert.SentAt;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.transport.DeferredFrame;
import io.parley.transport.Link;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Hands frames to one link, and holds the one that the link has no room for. Confined to the I/O context. */
final class FrameSender {

    private final PeerContext core;
    private final Link link;
    private final BooleanSupplier source;
    /** Keeps the one-way messages that the link has; null if nobody does. */
    private @Nullable UnfinishedOneWays keeper;

    /** The frame to be sent next. */
    private byte @Nullable [] frame;

    /** The one-way messages in that frame; null if there are none, or nobody keeps them. */
    private PackedFrame.@Nullable OneWays oneWays;

    /** As {@link #frame}, if it is one of a message that goes in chunks. */
    private @Nullable DeferredFrame lateFrame;

    /** The message of which that frame is the last chunk, or all; null if it is another one. */
    private @Nullable WireMessage completes;

    /** @param source calls one of the {@code send} methods with the next frame; returns false if there is none */
    FrameSender(PeerContext core, Link link, BooleanSupplier source) {
        this.core = core;
        this.link = link;
        this.source = source;
    }

    void keepIn(UnfinishedOneWays keeper) {
        this.keeper = keeper;
    }

    /** Sends a frame next. Called by the source. */
    void send(byte[] frame, PackedFrame.@Nullable OneWays oneWays) {
        this.frame = frame;
        this.oneWays = oneWays;
    }

    /** Sends a frame of a message in chunks next. Called by the source. */
    void send(@Nullable DeferredFrame frame, @Nullable WireMessage completes) {
        lateFrame = frame;
        this.completes = completes;
    }

    /** Hands frames to the link until it has no more room, or there are no more. */
    void flush() {
        while (frame != null || lateFrame != null || source.getAsBoolean()) {
            byte[] next = frame;
            DeferredFrame late = lateFrame;
            frame = null;
            lateFrame = null;
            boolean isGone = next == null ? late == null || link.send(late) : link.send(next);
            if (!isGone) {
                frame = next;
                lateFrame = late;
                return;
            }
            keep(next);
        }
    }

    /** The link has a frame, or the last chunk of a message: until its one-way messages are finished they are kept. */
    private void keep(byte @Nullable [] sent) {
        PackedFrame.OneWays inFrame = oneWays;
        WireMessage completed = completes;
        oneWays = null;
        completes = null;
        if (keeper != null) {
            if (sent != null && inFrame != null) {
                keeper.onSent(sent, inFrame);
            } else if (completed != null && completed.kind() == EnvelopeKind.ONE_WAY) {
                keeper.onSent(completed, reckonedAt(completed, core.time.nanoTime()));
            }
        }
    }

    /** Since when the remaining time counts of a message that goes in chunks; {@code now} if it has all the time. */
    long reckonedAt(WireMessage message, long now) {
        return message.hasDeadline() ? SentAt.nanos(message.reckonedAt(), core.openedAt) : now;
    }

    /**
     * Takes out the frame that is held.
     *
     * @return the message in chunks that it would have completed; null if there is none
     */
    @Nullable
    WireMessage drainTo(List<PackedFrame> unsent) {
        if (frame != null) {
            unsent.add(new PackedFrame(frame, oneWays));
        }
        WireMessage completed = completes;
        frame = null;
        oneWays = null;
        lateFrame = null;
        completes = null;
        return completed;
    }
}
