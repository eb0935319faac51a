package io.parley.console.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextsTest {

    @Test
    void nothingIsLeftOfWhatATerminalTakesForAnOrder() {
        assertThat(Texts.plain("a\u001b[2Jb\u009b31mc\r\nd\u007fe\u202ef\u2066g"))
                .isEqualTo("a [2Jb 31mc  d e f g");
        assertThat(Texts.plain("é 😀 → \u00a0")).isEqualTo("é 😀 → \u00a0");
    }
}
