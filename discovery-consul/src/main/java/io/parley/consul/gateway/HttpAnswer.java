package io.parley.consul.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came back. Immutable, if nobody writes to the body.
 *
 * @param headers by their names in lower case; of several with one name, the last
 */
record HttpAnswer(int status, Map<String, String> headers, byte[] body) {

    private static final int LONGEST_EXCERPT = 200;

    @Nullable
    String header(String name) {
        return headers.get(name);
    }

    /** The beginning of the body, as one line that can be shown to people. */
    String excerpt() {
        String text = new String(body, 0, Math.min(body.length, 4 * LONGEST_EXCERPT), StandardCharsets.UTF_8);
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= LONGEST_EXCERPT ? line : line.substring(0, LONGEST_EXCERPT) + '…';
    }
}
