package io.parley.internal.wire;

import io.parley.internal.wire.Control.Chunk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what arrives in chunks on one link. It holds what has arrived; only when that is half of what was announced does it
 * set memory aside for the rest.
 *
 * <p>Confined to the I/O context.
 */
public final class Assembly {

    private final long most;
    private final List<Chunk> pieces = new ArrayList<>();
    private byte @Nullable [] whole;
    private int size;
    private long rest;

    /** @param most how many octets an envelope may have, its length field included */
    public Assembly(long most) {
        this.most = most;
    }

    /**
     * Takes the next chunk.
     *
     * @return the message, if it is complete with that; else null
     * @throws MalformedFrameException if the chunk is not the next, or what is complete is no message
     */
    public @Nullable WireMessage add(Chunk chunk, TextCache texts) throws MalformedFrameException {
        if (rest == 0) {
            begin(chunk);
        } else if (chunk.length() + chunk.rest() != rest) {
            throw new MalformedFrameException("a chunk that is not the next one");
        }
        rest = chunk.rest();
        if (whole == null) {
            pieces.add(chunk);
        } else {
            copy(chunk, whole);
        }
        size += chunk.length();
        if (whole == null && size >= rest) {
            gather();
        }
        byte[] all = whole;
        if (rest > 0 || all == null) {
            return null;
        }
        clear();
        return Frames.readAssembled(all, texts);
    }

    /** Drops what has arrived. */
    public void clear() {
        pieces.clear();
        whole = null;
        size = 0;
        rest = 0;
    }

    private void begin(Chunk chunk) throws MalformedFrameException {
        if (Frames.LENGTH + chunk.length() + chunk.rest() > most) {
            throw new MalformedFrameException("an envelope of " + (Frames.LENGTH + chunk.length() + chunk.rest())
                    + " octets in chunks; at most " + most + " are taken");
        }
    }

    private void gather() {
        byte[] gathered = new byte[(int) (size + rest)];
        size = 0;
        for (Chunk piece : pieces) {
            copy(piece, gathered);
            size += piece.length();
        }
        pieces.clear();
        whole = gathered;
    }

    private void copy(Chunk chunk, byte[] target) {
        System.arraycopy(chunk.octets(), chunk.offset(), target, size, chunk.length());
    }
}
