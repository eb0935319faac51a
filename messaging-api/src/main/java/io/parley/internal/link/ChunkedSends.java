package io.parley.internal.link;

import io.parley.internal.wire.Control;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.WireMessage;
import io.parley.transport.DeferredFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way over one link in chunks, one after the other, and those that must not overtake them, which go in chunks as well,
 * whatever their size: so the other side knows of each that it may come after what was sent later. Their payloads are copied only as they
 * leave.
 *
 * <p>While there is a bulk link, the chunks go over that; once they have arrived, the link itself carries a word in the message's
 * place, so that it comes in its turn.
 *
 * <p>Not thread-safe.
 */
final class ChunkedSends {

    /** A message with a payload above this goes in chunks. */
    static final int LARGE = 128 * 1024;

    private final ArrayDeque<Transfer> transfers = new ArrayDeque<>();
    /** Those that are large and have not begun to leave. */
    private final ArrayDeque<Transfer> untouched = new ArrayDeque<>();
    /** Those on their way over the bulk link that are not known to have arrived. */
    private final ArrayDeque<Transfer> inFlight = new ArrayDeque<>();

    private boolean hasBulkLink;
    private long bytesInFlight;
    /** How many octets of those have been sent. */
    private long sentInFlight;

    private long begun;
    private long arrived;
    private long bytes;
    private @Nullable WireMessage completed;

    /** A message, and how much of its envelope, its length field left out, has been sent. */
    private static final class Transfer {

        private final WireMessage message;
        private final byte[] beginning;
        /** The number of the last frame that must have gone before it is complete. */
        private final long after;

        private int sent;
        /** Among those that go over the bulk link; 0 if it goes over the link itself. */
        private long number;

        Transfer(WireMessage message, byte[] beginning, long after) {
            this.message = message;
            this.beginning = beginning;
            this.after = after;
        }

        int size() {
            return beginning.length + message.payloadLength();
        }

        boolean isLarge() {
            return ChunkedSends.isLarge(message);
        }

        int left() {
            return size() - sent;
        }

        /** The next stretch of it, to be sent now. */
        ChunkFrame cut() {
            var frame = new ChunkFrame(this, sent, Math.min(left(), FrameFormat.CHUNK));
            sent += frame.octets();
            return frame;
        }

        /** Copies octets of the envelope. */
        void copy(int from, byte[] to, int at, int length) {
            int first = Math.min(length, Math.max(0, beginning.length - from));
            System.arraycopy(beginning, Math.min(from, beginning.length), to, at, first);
            message.copyPayload(from + first - beginning.length, to, at + first, length - first);
        }
    }

    /** A frame with a stretch of the envelope in it. */
    private record ChunkFrame(Transfer transfer, int from, int octets) implements DeferredFrame {

        @Override
        public int length() {
            return FrameFormat.CHUNK_OVERHEAD + octets;
        }

        @Override
        public void writeTo(byte[] target) {
            Frames.beginChunk(target, transfer.size() - from - octets, octets);
            transfer.copy(from, target, FrameFormat.CHUNK_OVERHEAD, octets);
        }
    }

    /** A frame that is there already. */
    private record Made(byte[] octets) implements DeferredFrame {

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

    /** Whether it goes in chunks. */
    static boolean isLarge(WireMessage message) {
        return message.payloadLength() > LARGE;
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
        if (transfer.isLarge()) {
            untouched.add(transfer);
        }
        bytes += transfer.size();
    }

    boolean isEmpty() {
        return transfers.isEmpty();
    }

    /** How many octets have not been sent. */
    long bytes() {
        return bytes;
    }

    /** How many octets lie here: of those on their way over the bulk link all, as they may have to be sent again. */
    long held() {
        return bytes + sentInFlight;
    }

    /** Whether there is anything that the link itself could carry now. */
    boolean hasNext() {
        Transfer first = transfers.peek();
        if (first == null) {
            return false;
        }
        return first.number > 0 ? first.number <= arrived : !first.isLarge() || first.sent > 0 || !hasBulkLink;
    }

    /** Whether the next frame would complete a message before what was sent before it is gone, to frame {@code gone}. */
    boolean mustWait(long gone) {
        Transfer first = transfers.peek();
        return first != null
                && first.after > gone
                && (first.number > 0 || !first.isLarge() || first.left() <= FrameFormat.CHUNK);
    }

    /** The message that the frame taken last completes; null if it completes none. */
    @Nullable
    WireMessage completed() {
        return completed;
    }

    /** The next frame for the link itself: a chunk, or the word for a message that came over the bulk link. Null if there is none. */
    @Nullable
    DeferredFrame next() {
        completed = null;
        Transfer first = transfers.peek();
        if (first == null || !hasNext()) {
            return null;
        }
        if (first.number > 0) {
            complete(first);
            return new Made(Frames.of(new Control.BulkNext(first.number)));
        }
        if (first.isLarge() && first.sent == 0) {
            untouched.remove();
        }
        ChunkFrame frame = cut(first);
        if (first.left() == 0) {
            complete(first);
        }
        return frame;
    }

    private void complete(Transfer first) {
        transfers.remove();
        completed = first.message;
    }

    private ChunkFrame cut(Transfer transfer) {
        ChunkFrame frame = transfer.cut();
        bytes -= frame.octets();
        return frame;
    }

    /** From now on what is large goes over the bulk link, as far as it has not begun to leave. */
    void openBulkLink() {
        hasBulkLink = true;
    }

    /** The next frame for the bulk link; null if there is none, or as much on its way as may be. */
    @Nullable
    DeferredFrame nextOfBulk() {
        Transfer latest = inFlight.peekLast();
        if (latest != null && latest.left() > 0) {
            return cutForBulk(latest);
        }
        Transfer next = untouched.peek();
        if (next == null
                || !hasBulkLink
                || !BulkReorderBuffer.Bound.STANDARD.allows(inFlight.size() + 1, bytesInFlight + next.size())) {
            return null;
        }
        untouched.remove();
        inFlight.add(next);
        bytesInFlight += next.size();
        begun++;
        next.number = begun;
        return cutForBulk(next);
    }

    private ChunkFrame cutForBulk(Transfer transfer) {
        ChunkFrame frame = cut(transfer);
        sentInFlight += frame.octets();
        return frame;
    }

    /**
     * The other side has so many messages that came over the bulk link.
     *
     * @return false if that cannot be
     */
    boolean onArrived(long count) {
        if (hasBulkLink && count < arrived) {
            return false;
        }
        while (hasBulkLink && arrived < count) {
            Transfer first = inFlight.peek();
            if (first == null || first.left() > 0) {
                return false;
            }
            inFlight.remove();
            bytesInFlight -= first.size();
            sentInFlight -= first.size();
            arrived++;
        }
        return true;
    }

    /** There is no bulk link any more: what it was to bring, and was not called for, goes over the link itself. */
    void closeBulkLink() {
        hasBulkLink = false;
        inFlight.clear();
        sentInFlight = 0;
        untouched.clear();
        for (Transfer transfer : transfers) {
            if (transfer.number > 0) {
                transfer.number = 0;
                bytes += transfer.sent;
                transfer.sent = 0;
            }
            if (transfer.isLarge() && transfer.sent == 0) {
                untouched.add(transfer);
            }
        }
    }

    /** Gives up what has not been sent in whole, and answers what that is. */
    List<WireMessage> clear() {
        var unsent = new ArrayList<WireMessage>();
        transfers.forEach(transfer -> unsent.add(transfer.message));
        transfers.clear();
        untouched.clear();
        inFlight.clear();
        sentInFlight = 0;
        bytes = 0;
        return unsent;
    }
}
