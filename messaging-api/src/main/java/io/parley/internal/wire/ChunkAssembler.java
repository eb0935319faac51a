package io.parley.internal.wire;

import io.parley.internal.wire.Control.Chunk;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what arrives in chunks on one link, and puts it together as it arrives. It sets nothing aside for more than eight times what
 * has arrived. What no credit pays for is paid in the same proportion; if that cannot be, the rest of the message is dropped.
 *
 * <p>Confined to the I/O context.
 */
public final class ChunkAssembler {

    /** Smaller chunks, and those that share a frame with something else, are copied, so that no frame is held for little. */
    private static final int SMALL = 4 * 1024;

    /** Memory up to this is set aside by the I/O context itself. */
    private static final int QUICK = 1024 * 1024 + FrameFormat.CHUNK;

    /** Room for all of a message is made when such a part of it has arrived: one in so many octets. */
    private static final int PART = 8;

    /** How many pieces are put in their place when one arrives, so that a link does not keep the others waiting. */
    private static final int AT_ONCE = 4;

    private static final byte[] NOTHING = {};

    private final long most;
    private final FrameVisitor visitor;
    private final Executor aside;
    private final Consumer<byte[]> spent;
    private final ChunkBudget payer;
    private Deque<Chunk> pieces = new ArrayDeque<>();
    /** Null before it is time for that. */
    private @Nullable PayloadBuffer room;

    private long size;
    private long rest;
    /** Small chunks that have come since the last piece. */
    private byte[] tail = NOTHING;

    private int tailLength;
    /** Whether what came first does not say where the payload begins. */
    private boolean isRoomless;

    private boolean isPaidByCredit;
    private long paid;
    /** Whether the payload is dropped as it comes. */
    private boolean isCut;

    /** With nobody to pay. */
    public ChunkAssembler(long most, FrameVisitor visitor, Executor aside, Consumer<byte[]> spent) {
        this(most, visitor, aside, spent, ChunkBudget.FREE);
    }

    /**
     * @param most how many octets an envelope may have, its length field included
     * @param visitor makes the messages to be filled in; it is not handed them
     * @param aside runs what takes too long for the I/O context. If it rejects or delays that, whoever handles the message does it
     * @param spent is given the frames that held nothing but a chunk, when they are needed no more
     */
    public ChunkAssembler(long most, FrameVisitor visitor, Executor aside, Consumer<byte[]> spent, ChunkBudget payer) {
        this.most = most;
        this.visitor = visitor;
        this.aside = aside;
        this.spent = spent;
        this.payer = payer;
    }

    /**
     * Takes the next chunk.
     *
     * @return the message, if it is complete with that; else null
     * @throws MalformedFrameException if the chunk is not the next, or what is complete is no message
     */
    public @Nullable WireMessage add(Chunk chunk, TextCache texts) throws MalformedFrameException {
        CompletedChunks complete = gather(chunk);
        return complete == null ? null : complete.open(texts);
    }

    /**
     * Takes the next chunk.
     *
     * @return the message, if it is complete with that and still to be made; else null
     * @throws MalformedFrameException if the chunk is not the next, or what has come begins like no message
     */
    public @Nullable CompletedChunks gather(Chunk chunk) throws MalformedFrameException {
        if (size == 0) {
            begin(chunk);
        } else if (chunk.length() + chunk.rest() != rest) {
            throw new MalformedFrameException("a chunk that is not the next one");
        }
        rest = chunk.rest();
        size += chunk.length();
        if (isCut) {
            skip(chunk);
            return rest > 0 ? null : complete();
        }
        keep(chunk);
        if (!isPaidByCredit && !pay()) {
            cut();
            return rest > 0 ? null : complete();
        }
        if (room == null) {
            makeRoom();
        }
        PayloadBuffer known = room;
        if (known != null && known.isThere()) {
            seal();
            settle(known);
        }
        return rest > 0 ? null : complete();
    }

    /** How many octets have arrived of what is not complete. */
    public long octets() {
        return size;
    }

    /** Drops what has arrived. */
    public void clear() {
        payer.give(paid);
        reset();
    }

    private void reset() {
        pieces = new ArrayDeque<>();
        room = null;
        size = 0;
        rest = 0;
        tail = NOTHING;
        tailLength = 0;
        isRoomless = false;
        paid = 0;
        isCut = false;
    }

    private void begin(Chunk chunk) throws MalformedFrameException {
        long announced = FrameFormat.LENGTH + chunk.length() + chunk.rest();
        if (announced > most) {
            throw new MalformedFrameException(
                    "an envelope of " + announced + " octets in chunks; at most " + most + " are taken");
        }
        ChunkBudget.Means means = payer.meansFor(Frames.kindOf(chunk), announced);
        if (means == ChunkBudget.Means.NONE) {
            throw new MalformedFrameException("credit overdrawn");
        }
        isPaidByCredit = means == ChunkBudget.Means.CREDIT;
    }

    /** Pays for what may be set aside by now. */
    private boolean pay() {
        long due = Math.min(size + rest, PART * size);
        if (due <= paid) {
            return true;
        }
        if (!payer.take(due - paid)) {
            return false;
        }
        paid = due;
        return true;
    }

    /** Drops the payload, as far as it is there, and what comes of it. */
    private void cut() throws MalformedFrameException {
        PayloadBuffer known = room;
        seal();
        if (known == null) {
            Chunk first = pieces.getFirst();
            int payload = Frames.payloadBegin(first);
            if (payload < 0) {
                throw new MalformedFrameException("no memory for a message that begins with a small chunk");
            }
            known = new PayloadBuffer(Frames.kindOf(first), first, payload, 0);
        }
        room = known.emptied();
        pieces.clear();
        payer.give(paid);
        paid = 0;
        isCut = true;
    }

    private void skip(Chunk chunk) {
        if (chunk.isAlone()) {
            spent.accept(chunk.octets());
        }
    }

    /** If it is time for that, and what has arrived tells how much it takes. */
    private void makeRoom() throws MalformedFrameException {
        long all = size + rest;
        if (rest == 0 || all > PART * size || isRoomless) {
            return;
        }
        seal();
        Chunk first = pieces.getFirst();
        EnvelopeKind kind = Frames.kindOf(first);
        int payload = Frames.payloadBegin(first);
        if (payload < 0 || kind == EnvelopeKind.FAULT) {
            isRoomless = true;
            return;
        }
        int before = payload - first.offset();
        PayloadBuffer made = new PayloadBuffer(kind, first, payload, (int) (all - before));
        pieces.removeFirst();
        pieces.addFirst(new Chunk(0, first.octets(), payload, first.length() - before));
        room = made;
        if (all <= QUICK) {
            made.run();
            return;
        }
        try {
            aside.execute(made);
        } catch (RejectedExecutionException e) {
            // The peer closes. The message remains in pieces.
        }
    }

    private void settle(PayloadBuffer known) {
        for (int i = 0; i < AT_ONCE && !pieces.isEmpty(); i++) {
            Chunk piece = pieces.removeFirst();
            known.take(piece);
            if (piece.isAlone()) {
                spent.accept(piece.octets());
            }
        }
    }

    private CompletedChunks complete() {
        seal();
        var complete = new CompletedChunks(pieces, room, (int) size, visitor, isPaidByCredit, paid, payer);
        reset();
        return complete;
    }

    private void keep(Chunk chunk) {
        if (chunk.length() >= SMALL && chunk.isAlone()) {
            seal();
            pieces.add(chunk);
            return;
        }
        if (tail.length - tailLength < chunk.length()) {
            tail = Arrays.copyOf(tail, Math.max(2 * tail.length, tailLength + chunk.length()));
        }
        chunk.copyTo(tail, tailLength);
        tailLength += chunk.length();
        skip(chunk);
    }

    /** Makes a piece of the small chunks that have come since the last one. */
    private void seal() {
        if (tailLength > 0) {
            pieces.add(new Chunk(rest, tail, 0, tailLength));
            tail = NOTHING;
            tailLength = 0;
        }
    }
}
