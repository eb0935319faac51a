package io.parley.internal.wire;

import io.parley.failure.UnencodableException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Octets in the making: a buffer that grows. Not thread-safe. */
public final class WireWriter {

    private static final int SMALLEST = 256;
    /** A buffer larger than this is let go once its content is taken, so that one burst does not cost memory for ever. */
    private static final int LARGEST_KEPT = 128 * 1024;

    private static final VarHandle U16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] buffer;
    private int size;

    public WireWriter() {
        this(new byte[SMALLEST]);
    }

    /** Begins to write into {@code buffer}. */
    WireWriter(byte[] buffer) {
        this.buffer = buffer;
    }

    public int size() {
        return size;
    }

    /** Forgets all from {@code size} on. */
    void truncate(int size) {
        this.size = size;
    }

    /** The content as an array of its exact size; the writer is empty afterwards. */
    public byte[] take() {
        byte[] content = Arrays.copyOf(buffer, size);
        size = 0;
        if (buffer.length > LARGEST_KEPT) {
            buffer = new byte[SMALLEST];
        }
        return content;
    }

    void u8(int value) {
        ensure(1);
        buffer[size++] = (byte) value;
    }

    void u16(int value) {
        ensure(2);
        U16.set(buffer, size, (short) value);
        size += 2;
    }

    void u32(int value) {
        ensure(4);
        U32.set(buffer, size, value);
        size += 4;
    }

    void u64(long value) {
        ensure(8);
        U64.set(buffer, size, value);
        size += 8;
    }

    void bytes(byte[] source) {
        bytes(source, 0, source.length);
    }

    void bytes(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, buffer, size, length);
        size += length;
    }

    /** @throws UnencodableException if {@code text} takes more than 255 octets, holds NUL, or is no proper Unicode */
    void text8(String text) {
        int at = size;
        u8(0);
        int length = text(text);
        if (length > 255) {
            throw new UnencodableException("A text takes more than 255 octets: " + abridged(text));
        }
        buffer[at] = (byte) length;
    }

    /** Writes the text's octets, without its length, and answers how many there are. */
    int text(String text) {
        int length = text.length();
        ensure(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == 0 || c >= 0x80) {
                return slowText(text);
            }
            buffer[size + i] = (byte) c;
        }
        size += length;
        return length;
    }

    private int slowText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (c == 0 || (Character.isSurrogate(c) && !pair)) {
                throw new UnencodableException("A text holds NUL or half a character: " + abridged(text));
            }
            if (pair) {
                i++;
            }
        }
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        bytes(octets);
        return octets.length;
    }

    /** Fills in an octet written before as a place-holder. */
    void putU8(int at, int value) {
        buffer[at] = (byte) value;
    }

    /** Fills in a number of two octets written before as a place-holder. */
    void putU16(int at, int value) {
        U16.set(buffer, at, (short) value);
    }

    /** Fills in a number of four octets written before as a place-holder. */
    void putU32(int at, int value) {
        U32.set(buffer, at, value);
    }

    private void ensure(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(size, more), buffer.length * 2));
        }
    }

    private static String abridged(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
