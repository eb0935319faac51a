package io.parley.console.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScreenTextsTest {

    @Test
    void whatFitsIsNotClipped() {
        assertThat(Texts.clip("12345", 5)).isEqualTo("12345");
        assertThat(Texts.clip("\033[31m12345\033[0m", 5)).isEqualTo("\033[31m12345\033[0m");
    }

    @Test
    void whatDoesNotFitEndsInAnEllipsis() {
        assertThat(Texts.clip("123456", 5)).isEqualTo("1234…");
        assertThat(Texts.clip("123456", 1)).isEqualTo("…");
    }

    @Test
    void coloursAreKeptAndEndedWhereATextIsClipped() {
        assertThat(Texts.clip("\033[32m123\033[0m, \033[31m456\033[0m", 5))
                .isEqualTo("\033[32m123\033[0m,…\033[31m\033[0m");
    }

    @Test
    void aSizeIsWhatSttyTells() {
        assertThat(ScreenSize.of("24 80\n")).contains(new ScreenSize(24, 80));
        assertThat(ScreenSize.of("0 0\n")).isEmpty();
        assertThat(ScreenSize.of("")).isEmpty();
        assertThat(ScreenSize.of("stty: what?")).isEmpty();
    }
}
