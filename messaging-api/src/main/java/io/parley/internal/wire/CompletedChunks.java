package io.parley.internal.wire;

import io.parley.internal.wire.Control.Chunk;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** All chunks of one message, which is not yet made of them. To be opened once, in whichever context it is handed to. */
public final class CompletedChunks {

    private final Deque<Chunk> pieces;
    private final @Nullable PayloadBuffer room;
    private final int size;
    private final FrameVisitor visitor;
    private final boolean isPaidByCredit;
    private final long paid;
    private final ChunkBudget payer;

    /**
     * @param pieces those that are not in {@code room}
     * @param size of all pieces
     * @param visitor makes the message to be filled in; it is not handed it
     * @param paid what {@code payer} has reserved for it
     */
    CompletedChunks(
            Deque<Chunk> pieces,
            @Nullable PayloadBuffer room,
            int size,
            FrameVisitor visitor,
            boolean isPaidByCredit,
            long paid,
            ChunkBudget payer) {
        this.isPaidByCredit = isPaidByCredit;
        this.paid = paid;
        this.payer = payer;
        this.pieces = pieces;
        this.room = room;
        this.size = size;
        this.visitor = visitor;
    }

    /** How many octets the chunks hold. */
    public int octets() {
        return size;
    }

    /** How many octets of credit it uses: what its envelope takes, if it uses any. */
    public int credit() {
        return isPaidByCredit ? size + FrameFormat.LENGTH : 0;
    }

    /** It will not be opened. */
    public void drop() {
        payer.give(paid);
    }

    /**
     * Makes the message.
     *
     * @throws MalformedFrameException if it is none
     */
    public WireMessage open(TextCache texts) throws MalformedFrameException {
        payer.give(paid);
        WireMessage message =
                room == null ? Frames.read(pieces, size, texts, visitor) : room.message(pieces, texts, visitor);
        message.envelopeSize = size + FrameFormat.LENGTH;
        return message;
    }
}
