package io.parley.internal.link;

import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One-way messages that were handed to a link together, and which of them are finished. They are numbered in the order in which the link
 * carries them.
 *
 * <p>Confined to the I/O context.
 */
final class SentFrame {

    private final long first;
    private final PackedFrame.OneWays oneWays;
    private byte @Nullable [] octets;
    private @Nullable WireMessage large;
    private int bytes;
    private int left;
    /** Null as long as none or all are. */
    private @Nullable BitSet finished;

    private @Nullable List<WireMessage> decoded;

    /**
     * @param first the number of the first message
     * @param octets the frame; null if it is not kept
     * @param large the message that went in chunks; null if it is none, or not kept
     * @param bytes what was reserved
     */
    SentFrame(
            long first, PackedFrame.OneWays oneWays, byte @Nullable [] octets, @Nullable WireMessage large, int bytes) {
        this.first = first;
        this.oneWays = oneWays;
        this.octets = octets;
        this.large = large;
        this.bytes = bytes;
        left = oneWays.count();
    }

    long first() {
        return first;
    }

    /** The number after the last one. */
    long end() {
        return first + oneWays.count();
    }

    int count() {
        return oneWays.count();
    }

    boolean isDone() {
        return left == 0;
    }

    boolean isFinished(int index) {
        return left == 0 || (finished != null && finished.get(index));
    }

    /** Notes that those from {@code from} to before {@code to} are finished; answers for how many that is news. */
    int finish(long from, long to) {
        int begin = (int) Math.max(0, from - first);
        int end = (int) Math.min(oneWays.count(), to - first);
        int before = left;
        if (end - begin == oneWays.count()) {
            left = 0;
        } else {
            BitSet known = finished;
            if (known == null) {
                known = new BitSet(oneWays.count());
                finished = known;
            }
            known.set(begin, end);
            left = oneWays.count() - known.cardinality();
        }
        return before - left;
    }

    /** Whether a message with this sequence number may be at hand. */
    boolean mayHold(long sequence) {
        return left > 0
                && (octets != null || large != null)
                && sequence >= oneWays.lowest()
                && sequence <= oneWays.highest();
    }

    /** Reads the messages; answers their ids, in the order of their numbers. */
    List<MessageId> decode() {
        return messages().stream().map(message -> message.id).toList();
    }

    /** Forgets what {@link #decode} has read. */
    void undecode() {
        decoded = null;
    }

    private List<WireMessage> messages() {
        List<WireMessage> known = decoded;
        if (known == null) {
            known = large != null ? List.of(large) : octets == null ? List.of() : read(octets);
            decoded = known;
        }
        return known;
    }

    private static List<WireMessage> read(byte[] octets) {
        return UnsentMessages.messagesIn(List.of(octets)).stream()
                .filter(message -> message.kind() == EnvelopeKind.ONE_WAY)
                .toList();
    }

    /** A message as it was sent, its deadline as it is at this time. */
    WireMessage message(int index, long now) {
        WireMessage message = messages().get(index);
        UnsentMessages.age(message, now - oneWays.since());
        return message;
    }

    void addUnfinishedTo(List<WireMessage> all, long now) {
        if (left > 0) {
            for (int i = 0; i < messages().size(); i++) {
                if (!isFinished(i)) {
                    all.add(message(i, now));
                }
            }
        }
    }

    /** Keeps nothing any more; answers how many bytes that were. */
    int drop() {
        int were = bytes;
        octets = null;
        large = null;
        decoded = null;
        bytes = 0;
        return were;
    }
}
