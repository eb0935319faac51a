package io.parley.codec.jackson;

import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Any type as JSON. Immutable. */
public final class JacksonCodec implements Codec {

    private final JsonMapper mapper;

    private JacksonCodec(JsonMapper mapper) {
        this.mapper = mapper;
    }

    public static JacksonCodec create() {
        return new JacksonCodec(JsonMapper.builder().build());
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public boolean supports(Class<?> type) {
        return true;
    }

    @Override
    public byte[] encode(Object payload) {
        try {
            return mapper.writeValueAsBytes(payload);
        } catch (JacksonException e) {
            throw new CodecException(e.getOriginalMessage(), e);
        }
    }

    @Override
    public <T> T decode(byte[] bytes, int offset, int length, Class<T> type) {
        try {
            return mapper.readValue(bytes, offset, length, type);
        } catch (JacksonException e) {
            throw new CodecException(e.getOriginalMessage(), e);
        }
    }
}
