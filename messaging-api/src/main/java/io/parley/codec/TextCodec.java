package io.parley.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** {@code String} as UTF-8, strictly. Takes any {@code text/…} content type and JSON as text. Immutable. */
public final class TextCodec implements Codec {

    /** There is nothing to set. */
    public TextCodec() {}

    @Override
    public String contentType() {
        return "text/plain;charset=utf-8";
    }

    @Override
    public boolean supports(Class<?> type) {
        return type == String.class;
    }

    @Override
    public boolean accepts(String contentType) {
        return contentType.regionMatches(true, 0, "text/", 0, 5)
                || contentType.regionMatches(true, 0, "application/json", 0, 16);
    }

    @Override
    public byte[] encode(Object payload) {
        return ((String) payload).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public <T> T decode(byte[] bytes, int offset, int length, Class<T> type) {
        try {
            return type.cast(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, offset, length))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new CodecException("The text is not UTF-8", e);
        }
    }
}
