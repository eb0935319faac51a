package io.parley.internal.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A walk over octets that never leaves its bounds. Not thread-safe. */
final class WireReader {

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

    int u8(String what) throws MalformedFrameException {
        need(1, what);
        return octets[position++] & 0xFF;
    }

    int u16(String what) throws MalformedFrameException {
        need(2, what);
        return (octets[position++] & 0xFF) << 8 | (octets[position++] & 0xFF);
    }

    long u32(String what) throws MalformedFrameException {
        need(4, what);
        return (octets[position++] & 0xFFL) << 24
                | (octets[position++] & 0xFFL) << 16
                | (octets[position++] & 0xFFL) << 8
                | (octets[position++] & 0xFFL);
    }

    long u64(String what) throws MalformedFrameException {
        return u32(what) << 32 | u32(what);
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
