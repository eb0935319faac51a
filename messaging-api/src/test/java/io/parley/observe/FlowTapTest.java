package io.parley.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowTapTest {

    private static final FlowEvent EVENT = new PeerFlow(FlowStep.PEER_CAME, Instant.EPOCH, 1, "orders/orders-1", null);

    private final List<FlowEvent> told = new ArrayList<>();
    private final RuntimeException first = new IllegalStateException("the first one");
    private final Error second = new AssertionError("the second one");
    private final FlowTap failing = event -> {
        throw first;
    };
    private final FlowTap failingToo = event -> {
        throw second;
    };

    @Test
    void bothAreToldOneAfterTheOther() {
        FlowTap both = told::add;
        both.andThen(event -> assertThat(told).hasSize(1)).andThen(told::add).onFlow(EVENT);

        assertThat(told).containsExactly(EVENT, EVENT);
    }

    @Test
    void whatOneThrowsTheOtherDoesNotSufferFrom() {
        assertThatThrownBy(() -> failing.andThen(told::add).onFlow(EVENT)).isSameAs(first);
        assertThat(told).hasSize(1);

        FlowTap well = told::add;
        assertThatThrownBy(() -> well.andThen(failingToo).onFlow(EVENT)).isSameAs(second);
        assertThat(told).hasSize(2);
    }

    @Test
    void ofTwoThatThrowNeitherIsLost() {
        assertThatThrownBy(() -> failing.andThen(failingToo).onFlow(EVENT))
                .isSameAs(first)
                .hasSuppressedException(second);
    }

    @Test
    void twoThatThrowTheSameDoSoOnce() {
        assertThatThrownBy(() -> failing.andThen(failing).onFlow(EVENT))
                .isSameAs(first)
                .hasNoSuppressedExceptions();
    }
}
