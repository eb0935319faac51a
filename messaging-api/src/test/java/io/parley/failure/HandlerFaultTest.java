package io.parley.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The codes that a fault may carry: 1 to 255 bytes of UTF-8, without U+0000 and lone surrogates. */
class HandlerFaultTest {

    private static Stream<String> codes() {
        return Stream.of("x", "unknown-product", "x".repeat(255), "\u00fc".repeat(127), "\u20ac".repeat(85), clef(63));
    }

    private static Stream<String> outOfBounds() {
        return Stream.of(
                "",
                "\0",
                "a\0b",
                "x".repeat(256),
                "\u00fc".repeat(128),
                "\u20ac".repeat(86),
                clef(64),
                "\ud834",
                "\udd1e",
                "a\ud834b",
                "\udd1e\ud834");
    }

    /** G clefs, each of which takes four bytes in UTF-8. */
    private static String clef(int count) {
        return "\ud834\udd1e".repeat(count);
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("codes")
    void codeWithinTheBoundsIsTaken(String code) {
        assertThat(HandlerFault.isCode(code)).isTrue();
        assertThat(new HandlerFault(code, "no stock").code()).isEqualTo(code);
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("outOfBounds")
    void codeOutOfBoundsIsRefusedWhenTheFaultIsMade(String code) {
        assertThat(HandlerFault.isCode(code)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HandlerFault(code, "no stock"))
                .withMessageContaining("1 to 255 bytes");
    }
}
