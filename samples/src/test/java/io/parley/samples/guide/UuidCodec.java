package io.parley.samples.guide;

import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import java.nio.ByteBuffer;
import java.util.UUID;

// tag::codec[]
/** UUIDs as their sixteen bytes. */
final class UuidCodec implements Codec {

    @Override
    public String contentType() {
        return "application/x-uuid";
    }

    @Override
    public boolean supports(Class<?> type) {
        return type == UUID.class;
    }

    @Override
    public byte[] encode(Object payload) {
        UUID uuid = (UUID) payload;
        return ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    @Override
    public <T> T decode(byte[] bytes, int offset, int length, Class<T> type) {
        if (length != 16) {
            throw new CodecException("A UUID takes 16 bytes, not " + length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        return type.cast(new UUID(buffer.getLong(), buffer.getLong()));
    }
}
// end::codec[]
