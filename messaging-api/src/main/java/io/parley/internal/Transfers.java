package io.parley.internal;

import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.WireMessage;
import io.parley.transport.LateFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way over one link in chunks, one after the other, and those that must not overtake them. Their payloads are
 * copied only as they leave.
 *
 * <p>Not thread-safe.
 */
final class Transfers {

    /** An envelope above this goes in chunks. */
    static final int LARGE = 128 * 1024;

    private final ArrayDeque<Transfer> transfers = new ArrayDeque<>();
    private final FrameWriter writer = new FrameWriter();
    private long bytes;
    private @Nullable WireMessage completed;

    /** A message, and how much of its envelope, its length field left out, has been sent. */
    private static final class Transfer {

        private final WireMessage message;
        private final byte[] beginning;
        /** The number of the last frame that must have gone before it is complete. */
        private final long after;

        private int sent;

        Transfer(WireMessage message, byte[] beginning, long after) {
            this.message = message;
            this.beginning = beginning;
            this.after = after;
        }

        int size() {
            return beginning.length + message.payloadLength();
        }

        /** Copies octets of the envelope. */
        void copy(int from, byte[] to, int at, int length) {
            int first = Math.min(length, Math.max(0, beginning.length - from));
            System.arraycopy(beginning, Math.min(from, beginning.length), to, at, first);
            message.copyPayload(from + first - beginning.length, to, at + first, length - first);
        }
    }

    /** A frame with a stretch of the envelope in it. */
    private record ChunkFrame(Transfer transfer, int from, int octets) implements LateFrame {

        @Override
        public int length() {
            return Frames.CHUNK_OVERHEAD + octets;
        }

        @Override
        public void writeTo(byte[] target) {
            Frames.beginChunk(target, transfer.size() - from - octets, octets);
            transfer.copy(from, target, Frames.CHUNK_OVERHEAD, octets);
        }
    }

    /** A frame that is there already. */
    private record Made(byte[] octets) implements LateFrame {

        @Override
        public int length() {
            return octets.length;
        }

        @Override
        public void writeTo(byte[] target) {
            System.arraycopy(octets, 0, target, 0, octets.length);
        }

        @Override
        public byte[] toBytes() {
            return octets;
        }
    }

    /** Whether a message has to go here, whatever its size, so as not to overtake another one of its channel. */
    boolean mustFollow(WireMessage message) {
        if (transfers.isEmpty() || message.channel() == null) {
            return false;
        }
        for (Transfer transfer : transfers) {
            if (message.channel().equals(transfer.message.channel())) {
                return true;
            }
        }
        return false;
    }

    /**
     * @param beginning what {@link FrameWriter#beginningOf} made of {@code message}
     * @param after the number of the last frame that waits with what was sent before it
     */
    void add(WireMessage message, byte[] beginning, long after) {
        var transfer = new Transfer(message, beginning, after);
        transfers.add(transfer);
        bytes += transfer.size();
    }

    boolean isEmpty() {
        return transfers.isEmpty();
    }

    /** How many octets have not been sent. */
    long bytes() {
        return bytes;
    }

    /** Whether the next frame would complete a message before what was sent before it is gone, to frame {@code gone}. */
    boolean mustWait(long gone) {
        Transfer transfer = transfers.peek();
        return transfer != null
                && transfer.after > gone
                && transfer.size() - transfer.sent <= Math.max(LARGE, Frames.CHUNK);
    }

    /** The message that the frame taken last completes; null if it completes none. */
    @Nullable
    WireMessage completed() {
        return completed;
    }

    /** The next frame: a chunk, or a message that was not large. Null if there is none. */
    @Nullable
    LateFrame next() {
        completed = null;
        Transfer transfer = transfers.peek();
        if (transfer == null) {
            return null;
        }
        int left = transfer.size() - transfer.sent;
        if (transfer.size() <= LARGE) {
            bytes -= left;
            transfers.remove();
            completed = transfer.message;
            writer.append(transfer.message);
            return new Made(writer.take());
        }
        int length = Math.min(left, Frames.CHUNK);
        var frame = new ChunkFrame(transfer, transfer.sent, length);
        transfer.sent += length;
        bytes -= length;
        if (length == left) {
            transfers.remove();
            completed = transfer.message;
        }
        return frame;
    }

    /** Gives up what has not been sent in whole, and answers what that is. */
    List<WireMessage> clear() {
        var unsent = new ArrayList<WireMessage>();
        transfers.forEach(transfer -> unsent.add(transfer.message));
        transfers.clear();
        bytes = 0;
        return unsent;
    }
}
