package io.parley.internal.wire;

import io.parley.internal.wire.Control.Chunk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what arrives in chunks on one link. It holds the frames that have arrived, and sets aside nothing for those that were
 * announced.
 *
 * <p>Confined to the I/O context.
 */
public final class Assembly {

    /** So much more than twice what arrived may be held, in frames with little of it in each. */
    private static final int SPARE = 1024 * 1024;

    private final long most;
    private final Frames.Visitor visitor;
    private List<Chunk> pieces = new ArrayList<>();
    private long size;
    /** What the frames take in which the pieces lie. */
    private long held;

    private long rest;

    /**
     * @param most how many octets an envelope may have, its length field included
     * @param visitor makes the messages to be filled in; it is not handed them
     */
    public Assembly(long most, Frames.Visitor visitor) {
        this.most = most;
        this.visitor = visitor;
    }

    /**
     * Takes the next chunk.
     *
     * @return the message, if it is complete with that; else null
     * @throws MalformedFrameException if the chunk is not the next, or what is complete is no message
     */
    public @Nullable WireMessage add(Chunk chunk, TextCache texts) throws MalformedFrameException {
        if (pieces.isEmpty()) {
            begin(chunk);
        } else if (chunk.length() + chunk.rest() != rest) {
            throw new MalformedFrameException("a chunk that is not the next one");
        }
        rest = chunk.rest();
        size += chunk.length();
        if (pieces.isEmpty() || pieces.get(pieces.size() - 1).octets() != chunk.octets()) {
            held += chunk.octets().length;
        }
        pieces.add(chunk);
        if (held > 2 * size + SPARE) {
            join();
        }
        if (rest > 0) {
            return null;
        }
        List<Chunk> all = pieces;
        int whole = (int) size;
        clear();
        return Frames.read(all, whole, texts, visitor);
    }

    /** Drops what has arrived. */
    public void clear() {
        pieces = new ArrayList<>();
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

    /** Each piece holds on to the frame that it came in; together they are only as large as they are. */
    private void join() {
        byte[] joined = Frames.joined(pieces, (int) size);
        pieces.clear();
        pieces.add(new Chunk(rest, joined, 0, joined.length));
        held = joined.length;
    }
}
