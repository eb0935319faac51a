package io.parley.benchmarks.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Writes results for programs to read. Stateless. Thread-safe. */
public final class JsonFile {

    private JsonFile() {}

    /** Writes {@code fields} as one object, in their order. */
    public static void write(Path file, Map<String, Object> fields) throws IOException {
        Files.writeString(
                file, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(fields));
    }
}
