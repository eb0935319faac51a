package io.parley.internal.wire;

import io.parley.internal.wire.Control.Chunk;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Where the payload of one message that comes in chunks is put together while it comes. It takes a while to set aside much memory, so
 * that is done by whoever {@linkplain #run runs} it.
 *
 * <p>Confined to the I/O context, but for {@link #run}.
 */
final class PayloadBuffer implements Runnable {

    private final EnvelopeKind kind;
    /** The body up to the payload. */
    private final byte[] beginning;

    private final int length;
    private final boolean isCut;
    private int filled;
    private volatile byte @Nullable [] whole;

    /**
     * @param first the octets that the envelope begins with
     * @param payload where in these its payload begins
     * @param length of the payload
     */
    PayloadBuffer(EnvelopeKind kind, Chunk first, int payload, int length) {
        this.kind = kind;
        beginning = Arrays.copyOfRange(first.octets(), first.offset() + 1, payload);
        this.length = length;
        isCut = false;
    }

    /** Sets the memory aside. If there is not enough, whoever handles the message will find out. */
    @Override
    public void run() {
        whole = new byte[length];
    }

    /** A room without a place for a payload: what comes of it is dropped. */
    PayloadBuffer emptied() {
        return new PayloadBuffer(kind, beginning);
    }

    private PayloadBuffer(EnvelopeKind kind, byte[] beginning) {
        this.kind = kind;
        this.beginning = beginning;
        length = 0;
        isCut = true;
    }

    boolean isThere() {
        return whole != null;
    }

    void take(Chunk piece) {
        byte[] there = whole;
        if (there == null) {
            throw new IllegalStateException("There is no room yet");
        }
        piece.copyTo(there, filled);
        filled += piece.length();
    }

    /** @param rest the pieces that were not taken in */
    WireMessage message(Collection<Chunk> rest, TextCache texts, FrameVisitor visitor) throws MalformedFrameException {
        WireMessage message = MessageReader.read(kind, new WireReader(beginning, 0, beginning.length), texts, visitor);
        if (isCut) {
            message.details().isCut = true;
            return message;
        }
        byte[] there = whole;
        if (there != null && filled == length) {
            message.payload(there);
        } else {
            message.payload(new ChunkedPayload(there, filled, rest, length), length);
        }
        return message;
    }
}
