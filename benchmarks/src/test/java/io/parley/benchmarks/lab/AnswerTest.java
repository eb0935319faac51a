package io.parley.benchmarks.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AnswerTest {

    @Test
    void isReadAsItWasWritten() {
        Answer read = Answer.parse(
                new Answer("gauge").with("heap", 123).with("descriptors", -1).toString());

        assertThat(read.word()).isEqualTo("gauge");
        assertThat(read.number("heap")).isEqualTo(123);
        assertThat(read.number("descriptors")).isEqualTo(-1);
    }

    @Test
    void whatIsNoAnswerIsQuoted() {
        assertThatThrownBy(() -> Answer.parse("gauge heap"))
                .isInstanceOf(MeasurementException.class)
                .hasMessageContaining("gauge heap");
        assertThatThrownBy(() -> Answer.parse("gauge heap=much"))
                .isInstanceOf(MeasurementException.class)
                .hasMessageContaining("heap=much");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> new Answer("gauge").number("heap"))
                .isInstanceOf(MeasurementException.class)
                .hasMessageContaining("heap");
    }
}
