package io.parley.internal.wire;

import io.parley.internal.wire.Control.Chunk;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A payload that arrived in chunks, as far as it has been put together, and the chunks with the rest of it.
 *
 * <p>Only read once it is made, but for the array, into which whoever joins it copies the same octets.
 */
final class ChunkedPayload {

    private final byte @Nullable [] whole;
    private final int filled;
    private final Collection<Chunk> pieces;
    private final int length;

    /**
     * @param whole has room for all of it, and the first {@code filled} octets in place; null if there are only pieces
     * @param length of all of it
     */
    ChunkedPayload(byte @Nullable [] whole, int filled, Collection<Chunk> pieces, int length) {
        this.whole = whole;
        this.filled = whole == null ? 0 : filled;
        this.pieces = pieces;
        this.length = length;
    }

    byte[] join() {
        byte[] joined = whole == null ? new byte[length] : whole;
        int at = filled;
        for (Chunk piece : pieces) {
            piece.copyTo(joined, at);
            at += piece.length();
        }
        return joined;
    }

    /** Copies a part, without putting together all. */
    void copy(int from, byte[] to, int at, int count) {
        int copied = whole == null ? 0 : Math.max(0, Math.min(count, filled - from));
        if (whole != null) {
            System.arraycopy(whole, Math.min(from, filled), to, at, copied);
        }
        int begin = filled;
        for (Chunk piece : pieces) {
            int skip = from + copied - begin;
            int some = Math.min(count - copied, piece.length() - skip);
            if (some > 0) {
                System.arraycopy(piece.octets(), piece.offset() + skip, to, at + copied, some);
                copied += some;
            }
            begin += piece.length();
        }
    }
}
