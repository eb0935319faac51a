package io.parley.internal.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A walk over octets that never leaves its bounds. Not thread-safe. */
final class WireReader {

    private static final VarHandle U16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] octets;
    private int position;
    private int end;

    WireReader(byte[] octets, int from, int to) {
        this.octets = octets;
        this.position = from;
        this.end = to;
    }

    byte[] octets() {
        return octets;
    }

    int position() {
        return position;
    }

    int end() {
        return end;
    }

    int remaining() {
        return end - position;
    }

    /** Narrows the walk to the next {@code length} octets, and answers where it ended before, for {@link #widen}. */
    int narrow(long length, String what) throws MalformedFrameException {
        need(length, what);
        int before = end;
        end = position + (int) length;
        return before;
    }

    void widen(int before) {
        end = before;
    }

    /** Goes back over what was read last. */
    void back(int octets) {
        position -= octets;
    }

    /** Goes on from there, within the bounds. */
    void skipTo(int place) {
        position = place;
    }

    int u8(String what) throws MalformedFrameException {
        need(1, what);
        return octets[position++] & 0xFF;
    }

    int u16(String what) throws MalformedFrameException {
        need(2, what);
        int value = (short) U16.get(octets, position) & 0xFFFF;
        position += 2;
        return value;
    }

    long u32(String what) throws MalformedFrameException {
        need(4, what);
        long value = (int) U32.get(octets, position) & 0xFFFF_FFFFL;
        position += 4;
        return value;
    }

    long u64(String what) throws MalformedFrameException {
        need(8, what);
        long value = (long) U64.get(octets, position);
        position += 8;
        return value;
    }

    /** A number that counts something: it is below 2^63. */
    long count(String what) throws MalformedFrameException {
        long value = u64(what);
        if (value < 0) {
            throw new MalformedFrameException(what + " is 2^63 or more");
        }
        return value;
    }

    String text8(String what) throws MalformedFrameException {
        int before = narrow(u8(what), what);
        String text = restAsText(what);
        widen(before);
        return text;
    }

    /** What is left within the bounds, as a text. */
    String restAsText(String what) throws MalformedFrameException {
        int length = remaining();
        boolean ascii = true;
        for (int i = position; i < end; i++) {
            if (octets[i] == 0) {
                throw new MalformedFrameException(what + " holds NUL");
            }
            ascii &= octets[i] > 0;
        }
        String text = ascii ? new String(octets, position, length, StandardCharsets.ISO_8859_1) : utf8(what);
        position = end;
        return text;
    }

    /** How many octets stand before the next NUL, or -1 if there is none among the next {@code most}. */
    int untilNul(int most) {
        int limit = Math.min(end - position, most);
        for (int i = 0; i < limit; i++) {
            if (octets[position + i] == 0) {
                return i;
            }
        }
        return -1;
    }

    byte[] restAsBytes() {
        byte[] rest = Arrays.copyOfRange(octets, position, end);
        position = end;
        return rest;
    }

    void skipRest() {
        position = end;
    }

    void requireEnd(String what) throws MalformedFrameException {
        if (position != end) {
            throw new MalformedFrameException(what + " has " + remaining() + " octets too many");
        }
    }

    private String utf8(String what) throws MalformedFrameException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets, position, remaining()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedFrameException(what + " is not UTF-8");
        }
    }

    private void need(long length, String what) throws MalformedFrameException {
        if (length > end - position) {
            throw new MalformedFrameException(what + " is cut short");
        }
    }
}
