package io.parley.console.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one JSON value after the other from a stream of them: JSON lines, or one value over many lines. Each is handed out as
 * it was written, to the character. Of the stream no more is held than one value and a buffer. Confined to one thread.
 */
public final class JsonValues {

    /** Jackson's remark on where a value began, which says nothing when it does not show the text. */
    private static final Pattern START_MARKER = Pattern.compile(" \\((?:start marker|for \\w+ starting) at .*\\)");

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Tee tee;
    private final JsonParser parser;
    private final int limit;

    /** @param limit the most characters that one value may have */
    public JsonValues(InputStream utf8, int limit) {
        this.limit = limit;
        tee = new Tee(new InputStreamReader(
                utf8,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
        var factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(limit)
                        .maxNumberLength(limit)
                        .build())
                .build();
        parser = factory.createParser(ObjectReadContext.empty(), tee);
    }

    /**
     * The next value; null at the end.
     *
     * @throws NotJsonException if what follows is none; then nothing more can be read
     * @throws UncheckedIOException if the stream cannot be read
     */
    public @Nullable String next() {
        try {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return null;
            }
            long start = parser.currentTokenLocation().getCharOffset();
            tee.forget(start);
            for (int depth = depthAfter(token, 0); depth > 0; depth = depthAfter(token, depth)) {
                token = parser.nextToken();
                if (token == null) {
                    throw at(parser.currentLocation(), "the text ends within a value");
                }
                if (parser.currentLocation().getCharOffset() - start > limit) {
                    throw at(parser.currentLocation(), "the value is longer than " + limit + " characters");
                }
            }
            if (token.isScalarValue()) {
                parser.finishToken();
            }
            return tee.text(start, parser.currentLocation().getCharOffset()).strip();
        } catch (JacksonIOException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw at(parser.currentLocation(), "the text is not UTF-8");
            }
            throw new UncheckedIOException(e.getCause());
        } catch (JacksonException e) {
            throw at(e.getLocation(), firstLine(e.getOriginalMessage()));
        }
    }

    private static int depthAfter(JsonToken token, int depth) {
        if (token.isStructStart()) {
            return depth + 1;
        }
        return token.isStructEnd() ? depth - 1 : depth;
    }

    private static NotJsonException at(@Nullable TokenStreamLocation location, String why) {
        String where =
                location == null ? "" : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
        return new NotJsonException(where + why);
    }

    private static String firstLine(String message) {
        String line = START_MARKER
                .matcher(message.lines().findFirst().orElse("it cannot be read"))
                .replaceAll("");
        return line.isEmpty() ? line : Character.toLowerCase(line.charAt(0)) + line.substring(1);
    }

    /** Hands a text through and remembers what of it may be asked for again. */
    private static final class Tee extends Reader {

        private final Reader source;
        private final StringBuilder kept = new StringBuilder();
        private long keptFrom;
        private boolean isBegun;

        Tee(Reader source) {
            this.source = source;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            int count = source.read(buffer, offset, length);
            if (count > 0) {
                if (!isBegun && buffer[offset] == BYTE_ORDER_MARK) {
                    buffer[offset] = ' ';
                }
                isBegun = true;
                kept.append(buffer, offset, count);
            }
            return count;
        }

        /** Lets go of what comes before {@code offset}. */
        void forget(long offset) {
            kept.delete(0, (int) (offset - keptFrom));
            keptFrom = offset;
        }

        String text(long from, long to) {
            return kept.substring((int) (from - keptFrom), (int) (to - keptFrom));
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}
