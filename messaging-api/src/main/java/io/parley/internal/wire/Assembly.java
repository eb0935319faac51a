package io.parley.internal.wire;

import io.parley.internal.wire.Control.Chunk;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what arrives in chunks on one link, and puts it together as it arrives. It sets nothing aside for more than eight times what
 * has arrived, a megabyte at least.
 *
 * <p>Confined to the I/O context.
 */
public final class Assembly {

    /** So much more than twice what arrived may be held, in frames with little of it in each; and so much may be set aside at once. */
    private static final int SPARE = 1024 * 1024;

    /** Room for all of a message is made when such a part of it has arrived: one in so many octets. */
    private static final int PART = 8;

    /** How many pieces are put in their place when one arrives, so that a link does not keep the others waiting. */
    private static final int AT_ONCE = 4;

    private final long most;
    private final Frames.Visitor visitor;
    private final Executor aside;
    private final Consumer<byte[]> spent;
    private Deque<Chunk> pieces = new ArrayDeque<>();
    /** Null before it is time for that. */
    private @Nullable Room room;

    private long size;
    /** What the frames take in which the pieces lie. */
    private long held;

    private long rest;

    /**
     * @param most how many octets an envelope may have, its length field included
     * @param visitor makes the messages to be filled in; it is not handed them
     * @param aside runs what takes too long for the I/O context. If it rejects or delays that, whoever handles the message does it
     * @param spent is given the frames that held nothing but a chunk, when they are needed no more
     */
    public Assembly(long most, Frames.Visitor visitor, Executor aside, Consumer<byte[]> spent) {
        this.most = most;
        this.visitor = visitor;
        this.aside = aside;
        this.spent = spent;
    }

    /**
     * Takes the next chunk.
     *
     * @return the message, if it is complete with that; else null
     * @throws MalformedFrameException if the chunk is not the next, or what is complete is no message
     */
    public @Nullable WireMessage add(Chunk chunk, TextCache texts) throws MalformedFrameException {
        Parcel complete = gather(chunk);
        return complete == null ? null : complete.open(texts);
    }

    /**
     * Takes the next chunk.
     *
     * @return the message, if it is complete with that and still to be made; else null
     * @throws MalformedFrameException if the chunk is not the next, or what has come begins like no message
     */
    public @Nullable Parcel gather(Chunk chunk) throws MalformedFrameException {
        if (size == 0) {
            begin(chunk);
        } else if (chunk.length() + chunk.rest() != rest) {
            throw new MalformedFrameException("a chunk that is not the next one");
        }
        rest = chunk.rest();
        size += chunk.length();
        if (pieces.isEmpty() || pieces.getLast().octets() != chunk.octets()) {
            held += chunk.octets().length;
        }
        pieces.add(chunk);
        if (room == null) {
            makeRoom();
        }
        Room known = room;
        if (known != null && known.isThere()) {
            settle(known);
        } else if (held > 2 * size + SPARE) {
            join();
        }
        return rest > 0 ? null : complete();
    }

    /** Drops what has arrived. */
    public void clear() {
        pieces = new ArrayDeque<>();
        room = null;
        size = 0;
        held = 0;
        rest = 0;
    }

    private void begin(Chunk chunk) throws MalformedFrameException {
        long announced = Frames.LENGTH + chunk.length() + chunk.rest();
        if (announced > most) {
            throw new MalformedFrameException(
                    "an envelope of " + announced + " octets in chunks; at most " + most + " are taken");
        }
    }

    /** If it is time for that, and what has arrived tells how much it takes. */
    private void makeRoom() throws MalformedFrameException {
        long all = size + rest;
        if (rest == 0 || (all > SPARE + Frames.CHUNK && all > PART * size)) {
            return;
        }
        Chunk first = pieces.getFirst();
        EnvelopeKind kind = Frames.kindOf(first);
        int payload = Frames.payloadBegin(first);
        if (payload < 0 || kind == EnvelopeKind.FAULT) {
            return;
        }
        int before = payload - first.offset();
        Room made = new Room(kind, first, payload, (int) (all - before));
        pieces.removeFirst();
        pieces.addFirst(new Chunk(0, first.octets(), payload, first.length() - before));
        room = made;
        if (all <= SPARE + Frames.CHUNK) {
            made.run();
            return;
        }
        try {
            aside.execute(made);
        } catch (RejectedExecutionException e) {
            // The peer closes. The message remains in pieces.
        }
    }

    private void settle(Room known) {
        for (int i = 0; i < AT_ONCE && !pieces.isEmpty(); i++) {
            Chunk piece = pieces.removeFirst();
            known.take(piece);
            Chunk next = pieces.peekFirst();
            if (next == null || next.octets() != piece.octets()) {
                held -= piece.octets().length;
            }
            if (piece.isAlone()) {
                spent.accept(piece.octets());
            }
        }
    }

    private Parcel complete() {
        var complete = new Parcel(pieces, room, (int) size, visitor);
        clear();
        return complete;
    }

    /** Each piece holds on to the frame that it came in; together they are only as large as they are. */
    private void join() {
        int length = pieces.stream().mapToInt(Chunk::length).sum();
        byte[] joined = Frames.joined(pieces, length);
        pieces.clear();
        pieces.add(new Chunk(rest, joined, 0, joined.length));
        held = joined.length;
    }
}
