package io.parley.internal.wire;

import io.parley.message.MessageId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Requests or one-way messages that follow each other in a frame, repeat the same earlier one and say nothing besides what each has. They
 * are known to be well-formed, and become objects when somebody asks for them: on that thread, not in the I/O context.
 *
 * <p>Immutable, once made.
 */
public final class RepeatedEnvelopes {

    private static final VarHandle U16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Where things are, from the beginning of an envelope. */
    private static final int KIND = FrameFormat.LENGTH;

    private static final int INDEX = KIND + 1;
    private static final int SEQUENCE = INDEX + 1;
    private static final int AFTER_SEQUENCE = SEQUENCE + Long.BYTES;

    private static final int SMALLEST = 16;

    private final WireMessage earlier;
    private final byte[] octets;
    private final int from;
    /** Of each envelope, and of what follows the last; null as long as all are of one size, and then this size tells. */
    private int @Nullable [] begins;

    private int each;
    private int count;
    private int end;

    private RepeatedEnvelopes(WireMessage earlier, byte[] octets, int from) {
        this.earlier = earlier;
        this.octets = octets;
        this.from = from;
        end = from;
    }

    /**
     * As many as there are between {@code from}, where an envelope begins, and {@code to}. It ends before whatever is of another kind, says
     * more, or is malformed.
     *
     * @param earlier a request or one-way message in full
     * @param index by which envelopes name it
     * @return null if there is none
     */
    static @Nullable RepeatedEnvelopes of(WireMessage earlier, int index, byte[] octets, int from, int to) {
        var repeats = new RepeatedEnvelopes(earlier, octets, from);
        int changes = changesOf(earlier);
        int at = from;
        while (to - at >= changes + 2) {
            int length = (int) U32.get(octets, at);
            boolean fits = length >= changes + 2 - FrameFormat.LENGTH && length <= to - at - FrameFormat.LENGTH;
            if (!fits
                    || octets[at + KIND] != EnvelopeKind.REPEAT.code()
                    || (octets[at + INDEX] & 0xFF) != index
                    || (long) U64.get(octets, at + SEQUENCE) == 0
                    || (short) U16.get(octets, at + changes) != 0) {
                break;
            }
            at += FrameFormat.LENGTH + length;
            repeats.add(at);
        }
        return repeats.count == 0 ? null : repeats;
    }

    private static int changesOf(WireMessage earlier) {
        return earlier.kind() == EnvelopeKind.REQUEST ? AFTER_SEQUENCE + Integer.BYTES : AFTER_SEQUENCE;
    }

    /** Adds the envelope that ends before {@code next}. */
    private void add(int next) {
        int size = next - end;
        if (count == 0) {
            each = size;
        } else if (begins == null && size != each) {
            begins = new int[Math.max(SMALLEST, 2 * count + 2)];
            for (int i = 0; i <= count; i++) {
                begins[i] = from + i * each;
            }
        }
        count++;
        end = next;
        if (begins != null) {
            if (count == begins.length) {
                begins = Arrays.copyOf(begins, 2 * count);
            }
            begins[count] = next;
        }
    }

    private int begin(int which) {
        int[] known = begins;
        return known == null ? from + which * each : known[which];
    }

    public int count() {
        return count;
    }

    /** What all envelopes take on the wire, their length fields included. */
    public long size() {
        return end - from;
    }

    /** Where the envelope after them begins. */
    int end() {
        return end;
    }

    /** What they repeat. */
    public WireMessage earlier() {
        return earlier;
    }

    public MessageId id(int which) {
        return new MessageId(earlier.id.incarnation(), sequence(which));
    }

    public long sequence(int which) {
        return (long) U64.get(octets, begin(which) + SEQUENCE);
    }

    /** Fills in what one of them says. */
    public void fill(WireMessage message, int which) {
        int begin = begin(which);
        int next = begin(which + 1);
        if (message.kind() == EnvelopeKind.REQUEST) {
            message.remaining((int) U32.get(octets, begin + AFTER_SEQUENCE) & 0xFFFF_FFFFL);
        }
        int payload = begin + changesOf(message) + 2;
        message.payload(octets, payload, next - payload);
        message.envelopeSize = next - begin;
    }
}
