package io.parley.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

    @Test
    void reservationBeyondTheCapacityIsRefusedWhole() {
        var budget = MemoryBudget.of(100);
        assertThat(budget.tryReserve(60)).isTrue();
        assertThat(budget.tryReserve(41)).isFalse();
        assertThat(budget.reserved()).isEqualTo(60);
        assertThat(budget.tryReserve(40)).isTrue();
        assertThat(budget.available()).isZero();
    }

    @Test
    void releasedBytesCanBeReservedAgain() {
        var budget = MemoryBudget.of(100);
        assertThat(budget.tryReserve(100)).isTrue();
        budget.release(30);
        assertThat(budget.tryReserve(31)).isFalse();
        assertThat(budget.tryReserve(30)).isTrue();
    }

    @Test
    void partsDrawOnTheWhole() {
        var whole = MemoryBudget.of(100);
        var part = whole.part(80);
        var other = whole.part(80);
        assertThat(part.tryReserve(81)).isFalse();
        assertThat(part.tryReserve(80)).isTrue();
        assertThat(other.available()).isEqualTo(20);
        assertThat(other.tryReserve(21)).isFalse();
        assertThat(other.reserved()).isZero();
        part.release(80);
        assertThat(other.tryReserve(21)).isTrue();
        assertThat(whole.reserved()).isEqualTo(21);
    }

    @Test
    void hugeReservationsDoNotOverflow() {
        var budget = MemoryBudget.unbounded();
        assertThat(budget.tryReserve(Long.MAX_VALUE)).isTrue();
        assertThat(budget.tryReserve(1)).isFalse();
    }

    @Test
    void releasingMoreThanWasReservedIsAnError() {
        var budget = MemoryBudget.of(10);
        assertThatIllegalStateException().isThrownBy(() -> budget.release(1));
        assertThatIllegalArgumentException().isThrownBy(() -> budget.tryReserve(-1));
    }
}
