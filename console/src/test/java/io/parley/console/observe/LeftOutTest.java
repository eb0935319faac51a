package io.parley.console.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeftOutTest {

    private final LeftOut leftOut = new LeftOut();

    @Test
    void whatWasLeftOutBeforeOneLookedDoesNotCount() {
        leftOut.onTold("a", 146_078, 10);
        leftOut.onTold("b", 0, 10);
        assertThat(leftOut.all()).isZero();

        leftOut.onTold("a", 146_100, 11);
        leftOut.onTold("b", 8, 11);
        leftOut.onTold("a", 146_100, 12);
        assertThat(leftOut.all()).isEqualTo(30);
        assertThat(leftOut.lately(12)).isEqualTo(30);
    }

    @Test
    void aMinuteLaterNoMoreIsSaidOfIt() {
        leftOut.onTold("a", 0, 10);
        leftOut.onTold("a", 5, 20);

        assertThat(leftOut.lately(80)).isEqualTo(5);
        assertThat(leftOut.lately(81)).isZero();
        assertThat(leftOut.all()).isEqualTo(5);
    }
}
