package io.parley.console.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonValuesTest {

    private static final int LIMIT = 1000;

    @Test
    void valuesComeAsTheyWereWritten() {
        assertThat(read("{ \"a\" : 1.50 }\n\n[1,\n 2]\r\n\"é\\u00e9\" 12e0 true null\n{}"))
                .containsExactly("{ \"a\" : 1.50 }", "[1,\n 2]", "\"é\\u00e9\"", "12e0", "true", "null", "{}");
    }

    @Test
    void nothingIsReadFromNothing() {
        assertThat(read(" \n ")).isEmpty();
    }

    @Test
    void aByteOrderMarkIsLeftOut() {
        assertThat(read("\uFEFF{}")).containsExactly("{}");
    }

    @Test
    void manyValuesAreReadInLittleMemory() {
        String line = "{\"text\":\"" + "x".repeat(900) + "\"}\n";
        var values = new JsonValues(new Endless(line.getBytes(StandardCharsets.UTF_8), 20_000_000), LIMIT);
        long count = 0;
        while (values.next() != null) {
            count++;
        }
        assertThat(count).isEqualTo(20_000_000 / line.length());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':1}|line 1, column 2: unexpected character",
                "{\"a\":1,}|line 1, column 8: unexpected character",
                "{\"a\":|line 1, column 6: unexpected end-of-input",
                "two pots|line 1, column 1: unrecognized token 'two'",
                "[1,2}|line 1, column 5: unexpected close marker",
            })
    void whatIsWrongIsToldWithItsPlace(String text, String problem) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(NotJsonException.class)
                .hasMessageStartingWith(problem)
                .message()
                .doesNotContain("\n")
                .doesNotContain("REDACTED");
    }

    @Test
    void whatCameBeforeTheProblemIsReadAndItsLineIsTold() {
        var values = values("{}\n{}\n{oops}\n");
        assertThat(values.next()).isEqualTo("{}");
        assertThat(values.next()).isEqualTo("{}");
        assertThatThrownBy(values::next)
                .isInstanceOf(NotJsonException.class)
                .hasMessageStartingWith("line 3, column 2: ");
    }

    @Test
    void aValueBeyondTheLimitIsRefusedBeforeItsEnd() {
        var endless = new JsonValues(new Endless("[".getBytes(StandardCharsets.UTF_8), 100_000), LIMIT);
        assertThatThrownBy(endless::next).isInstanceOf(NotJsonException.class);
        var letters = new Endless("x".getBytes(StandardCharsets.UTF_8), 1 << 30);
        var longText =
                new JsonValues(new SequenceInputStream(new ByteArrayInputStream(new byte[] {'"'}), letters), LIMIT);
        assertThatThrownBy(longText::next).isInstanceOf(NotJsonException.class);
        var longArray = values("[" + "1,".repeat(LIMIT) + "1]");
        assertThatThrownBy(longArray::next).hasMessageContaining("longer than 1000 characters");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        var values = new JsonValues(new ByteArrayInputStream(new byte[] {'"', (byte) 0xC3, '"'}), LIMIT);
        assertThatThrownBy(values::next).isInstanceOf(NotJsonException.class).hasMessageContaining("not UTF-8");
    }

    private static List<String> read(String text) {
        JsonValues values = values(text);
        var all = new ArrayList<String>();
        for (String value = values.next(); value != null; value = values.next()) {
            all.add(value);
        }
        return all;
    }

    private static JsonValues values(String text) {
        return new JsonValues(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), LIMIT);
    }

    /** The same bytes over and over. */
    private static final class Endless extends InputStream {

        private final byte[] bytes;
        private long left;
        private int next;

        Endless(byte[] bytes, long length) {
            this.bytes = bytes;
            this.left = length / bytes.length * bytes.length;
        }

        @Override
        public int read() throws IOException {
            if (left == 0) {
                return -1;
            }
            left--;
            int octet = bytes[next] & 0xFF;
            next = (next + 1) % bytes.length;
            return octet;
        }
    }
}
