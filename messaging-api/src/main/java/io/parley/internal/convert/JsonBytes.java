package io.parley.internal.convert;

import io.parley.codec.BytesCodec;
import io.parley.codec.Codec;

/** For JSON that is written and read by ourselves, whatever codecs the application has. Thread-safe. */
public final class JsonBytes implements Codec {

    public static final String CONTENT_TYPE = "application/json";

    public static final Codec INSTANCE = new JsonBytes();

    private final Codec bytes = new BytesCodec();

    private JsonBytes() {}

    @Override
    public String contentType() {
        return CONTENT_TYPE;
    }

    @Override
    public boolean supports(Class<?> type) {
        return bytes.supports(type);
    }

    @Override
    public boolean accepts(String contentType) {
        return true;
    }

    @Override
    public byte[] encode(Object payload) {
        return bytes.encode(payload);
    }

    @Override
    public <T> T decode(byte[] octets, int offset, int length, Class<T> type) {
        return bytes.decode(octets, offset, length, type);
    }
}
