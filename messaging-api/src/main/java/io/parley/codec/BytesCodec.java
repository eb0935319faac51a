package io.parley.codec;

import java.util.Arrays;

/**
 * {@code byte[]} as it is. On the receiving side it takes any content type: who asks for bytes gets them. Immutable.
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
        return type.cast(Arrays.copyOfRange(bytes, offset, offset + length));
    }
}
