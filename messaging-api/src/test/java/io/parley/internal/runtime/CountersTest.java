package io.parley.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CountersTest {

    private final Counters counters = new Counters();

    @Test
    void shouldCountWhatWasSentInPartsWhileTheyLastAndAfterwards() {
        AtomicLong one = counters.beginPart();
        AtomicLong other = counters.beginPart();
        counters.sent.increment();
        one.set(10);
        other.set(100);
        assertThat(counters.snapshot(0).sent()).isEqualTo(111);
        counters.endPart(one);
        assertThat(counters.snapshot(0).sent()).isEqualTo(111);
        counters.endPart(one);
        assertThat(counters.snapshot(0).sent()).as("ended once").isEqualTo(111);
        other.set(101);
        counters.endPart(other);
        assertThat(counters.snapshot(0).sent()).isEqualTo(112);
    }
}
