package io.parley.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class PlainTextTest {

    private static final String HOSTILE =
            "a\u001b]0;owned\u0007b\u001b[2Jc\r\nforged\td\u007fe\u009b31mf\u2028g\u202eh\u2066i\ud800j";

    @Test
    void controlCharactersAndTheLikeAreEscapedAsInJson() {
        assertThat(PlainText.of(HOSTILE))
                .isEqualTo(
                        "a\\u001b]0;owned\\u0007b\\u001b[2Jc\\r\\nforged\\td\\u007fe\\u009b31mf\\u2028g\\u202eh\\u2066i\\ud800j");
        assertThat(JsonMapper.shared().readValue('"' + PlainText.of(HOSTILE) + '"', String.class))
                .isEqualTo(HOSTILE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "é 😀 → \u00a0 👩‍👩‍👧", "שלום", "a\\nb", "{\"a\": \"\\u001b\"}"})
    void textThatIsPlainIsTheSameObject(String text) {
        assertThat(PlainText.of(text)).isSameAs(text);
        assertThat(PlainText.isPlain(text)).isTrue();
    }

    @Test
    void noCharacterThatATerminalObeysIsLeftOfAnyCharacter() {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            String plain = PlainText.of("x" + (char) c + "y");
            assertThat(plain.codePoints())
                    .noneMatch(left -> Character.getType(left) == Character.CONTROL
                            || Character.getType(left) == Character.SURROGATE
                            || Character.getType(left) == Character.LINE_SEPARATOR
                            || Character.getType(left) == Character.PARAGRAPH_SEPARATOR
                            || (left >= 0x202A && left <= 0x202E)
                            || (left >= 0x2066 && left <= 0x2069));
            assertThat(PlainText.isPlain("x" + (char) c + "y")).isEqualTo(plain.length() == 3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "\ude00", "\ude00\ud83d", "\ud83d\ud83d\ude00", "\ud83dx"})
    void unpairedSurrogatesAreEscapedWhereverTheyStand(String text) {
        assertThat(PlainText.of(text).replaceAll("\\\\u[0-9a-f]{4}", "").codePoints())
                .noneMatch(left -> Character.getType(left) == Character.SURROGATE);
        assertThat(PlainText.of(text)).contains("\\ud");
    }

    @Test
    void aThrowableWithPlainMessagesIsTheSameObject() {
        var cause = new IllegalStateException("plain", new IllegalArgumentException("as well"));
        assertThat(PlainText.of(cause)).isSameAs(cause);
    }

    @Test
    void aThrowableWhoseCauseQuotesAStrangerIsShownByAStandIn() {
        var original = new IllegalStateException("plain", new IllegalArgumentException("no\nforged line"));
        original.addSuppressed(new IllegalStateException("\u001b[2J"));
        var trace = new StringWriter();
        PlainText.of(original).printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString())
                .contains("java.lang.IllegalStateException: plain")
                .contains("Caused by: java.lang.IllegalArgumentException: no\\nforged line")
                .contains("Suppressed: java.lang.IllegalStateException: \\u001b[2J")
                .contains("at io.parley.text.PlainTextTest.aThrowableWhoseCauseQuotesAStranger")
                .doesNotContain("\u001b", "\nforged");
    }

    @Test
    void aThrowableThatCannotBeAskedOrIsItsOwnCauseIsShownAllTheSame() {
        var mute = new RuntimeException() {

            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalStateException("not for you");
            }

            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        };
        assertThat(PlainText.of(mute).toString()).contains("its message cannot be had");
    }
}
