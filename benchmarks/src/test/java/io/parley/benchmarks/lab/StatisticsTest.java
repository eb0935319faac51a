package io.parley.benchmarks.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class StatisticsTest {

    @Test
    void theMedianIsTheOneInTheMiddleInWhateverOrderTheyCome() {
        assertThat(Statistics.median(9, 1, 4)).isEqualTo(4);
        assertThat(Statistics.median(7)).isEqualTo(7);
    }

    @Test
    void ofTwoInTheMiddleTheMedianIsTheMean() {
        assertThat(Statistics.median(10, 1, 3, 2)).isEqualTo(2.5);
    }

    @Test
    void whatIsGivenStaysInItsOrder() {
        double[] values = {3, 1, 2};

        Statistics.median(values);

        assertThat(values).containsExactly(3, 1, 2);
    }

    @Test
    void ofNothingThereIsNoMedian() {
        assertThatIllegalArgumentException().isThrownBy(() -> Statistics.median());
    }

    @Test
    void theSlopeLeavesOutWhatIsThereWithoutAny() {
        assertThat(Statistics.slope(20, 1000 + 20 * 7, 120, 1000 + 120 * 7)).isEqualTo(7);
        assertThat(Statistics.slope(1, 5, 3, 1)).isEqualTo(-2);
    }

    @Test
    void betweenANumberAndItselfThereIsNoSlope() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Statistics.slope(5, 1, 5, 2))
                .withMessageContaining("5.0");
    }
}
