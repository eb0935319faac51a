package io.parley.benchmarks.worker;

import tools.jackson.databind.json.JsonMapper;

/** Jackson, for those that bring none of it. Thread-safe. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    static <T> T read(byte[] json, Class<T> type) {
        return MAPPER.readValue(json, type);
    }
}
