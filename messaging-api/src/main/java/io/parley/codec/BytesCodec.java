package io.parley.codec;

import java.util.Arrays;

/**
 * {@code byte[]} as it is. On the receiving side it takes any content type: who asks for bytes gets them. An array that was handed over
 * to be sent must not be changed any more: a large one is still read while it leaves. Immutable.
 */
public final class BytesCodec implements Codec {

    /** There is nothing to set. */
    public BytesCodec() {}

    @Override
    public String contentType() {
        return "application/octet-stream";
    }

    @Override
    public boolean supports(Class<?> type) {
        return type == byte[].class;
    }

    @Override
    public boolean accepts(String contentType) {
        return true;
    }

    @Override
    public byte[] encode(Object payload) {
        return (byte[]) payload;
    }

    @Override
    public <T> T decode(byte[] bytes, int offset, int length, Class<T> type) {
        // An array with nothing else in it was made for this payload, and nobody else has it.
        boolean whole = offset == 0 && length == bytes.length;
        return type.cast(whole ? bytes : Arrays.copyOfRange(bytes, offset, offset + length));
    }
}
