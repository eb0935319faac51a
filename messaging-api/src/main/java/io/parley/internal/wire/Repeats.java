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
public final class Repeats {

    private static final VarHandle U16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Where things are, from the beginning of an envelope. */
    private static final int KIND = Frames.LENGTH;

    private static final int INDEX = KIND + 1;
    private static final int SEQUENCE = INDEX + 1;
    private static final int AFTER_SEQUENCE = SEQUENCE + Long.BYTES;

    private static final int SMALLEST = 16;

    private final WireMessage earlier;
    private final byte[] octets;
    /** Of each envelope, and of what follows the last. */
    private int[] begins = new int[SMALLEST];

    private int count;

    private Repeats(WireMessage earlier, byte[] octets) {
        this.earlier = earlier;
        this.octets = octets;
    }

    /**
     * As many as there are between {@code from}, where an envelope begins, and {@code to}. It ends before whatever is of another kind, says
     * more, or is malformed.
     *
     * @param earlier a request or one-way message in full
     * @param index by which envelopes name it
     * @return null if there is none
     */
    static @Nullable Repeats of(WireMessage earlier, int index, byte[] octets, int from, int to) {
        var repeats = new Repeats(earlier, octets);
        int changes = changesOf(earlier);
        int at = from;
        while (to - at >= changes + 2) {
            int length = (int) U32.get(octets, at);
            boolean fits = length >= changes + 2 - Frames.LENGTH && length <= to - at - Frames.LENGTH;
            if (!fits
                    || octets[at + KIND] != EnvelopeKind.REPEAT.code()
                    || (octets[at + INDEX] & 0xFF) != index
                    || (long) U64.get(octets, at + SEQUENCE) == 0
                    || (short) U16.get(octets, at + changes) != 0) {
                break;
            }
            repeats.add(at);
            at += Frames.LENGTH + length;
        }
        repeats.begins[repeats.count] = at;
        return repeats.count == 0 ? null : repeats;
    }

    private static int changesOf(WireMessage earlier) {
        return earlier.kind() == EnvelopeKind.REQUEST ? AFTER_SEQUENCE + Integer.BYTES : AFTER_SEQUENCE;
    }

    private void add(int begin) {
        begins[count++] = begin;
        if (count == begins.length) {
            begins = Arrays.copyOf(begins, 4 * count);
        }
    }

    public int count() {
        return count;
    }

    /** What all envelopes take on the wire, their length fields included. */
    public long size() {
        return end() - begins[0];
    }

    /** Where the envelope after them begins. */
    int end() {
        return begins[count];
    }

    /** What they repeat. */
    public WireMessage earlier() {
        return earlier;
    }

    public MessageId id(int which) {
        return new MessageId(earlier.id.incarnation(), sequence(which));
    }

    public long sequence(int which) {
        return (long) U64.get(octets, begins[which] + SEQUENCE);
    }

    /** Fills in what one of them says. */
    public void fill(WireMessage message, int which) {
        int begin = begins[which];
        int end = begins[which + 1];
        if (message.kind() == EnvelopeKind.REQUEST) {
            message.remaining((int) U32.get(octets, begin + AFTER_SEQUENCE) & 0xFFFF_FFFFL);
        }
        int payload = begin + changesOf(message) + 2;
        message.payload(octets, payload, end - payload);
        message.envelopeSize = end - begin;
    }
}
