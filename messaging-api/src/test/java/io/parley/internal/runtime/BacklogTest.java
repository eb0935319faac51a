package io.parley.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.environment.Environment;
import io.parley.transport.MemoryBudget;
import org.junit.jupiter.api.Test;

/** What waits is paid for in steps, on the way up and on the way down. */
class BacklogTest {

    private static final int STEP = Backlog.STEP;

    private final MemoryBudget budget = MemoryBudget.of(20L * STEP);
    private final MemoryPart part = new MemoryPart(
            "test", budget, new ErrorReporter(Environment.system().time(), (what, cause) -> {
                throw new AssertionError(what, cause);
            }));

    @Test
    void reservationFollowsWhatWaitsInSteps() {
        var backlog = new Backlog(part, STEP, 20L * STEP);
        assertThat(backlog.covers(STEP)).isTrue();
        assertThat(budget.reserved()).isZero();
        assertThat(backlog.covers(10L * STEP + 1)).isTrue();
        assertThat(budget.reserved()).isEqualTo(10L * STEP);
        backlog.settle(9L * STEP + 1);
        assertThat(budget.reserved()).isEqualTo(9L * STEP);
        backlog.settle(3L * STEP);
        assertThat(budget.reserved()).isEqualTo(2L * STEP);
        backlog.settle(STEP);
        assertThat(budget.reserved()).isZero();
    }

    @Test
    void littleUpAndDownChangesNoReservation() {
        var backlog = new Backlog(part, 0, 20L * STEP);
        assertThat(backlog.covers(5L * STEP)).isTrue();
        for (int octets = 4 * STEP + 1; octets <= 5 * STEP; octets += 1000) {
            backlog.settle(octets);
            assertThat(budget.reserved()).isEqualTo(5L * STEP);
        }
    }

    @Test
    void whatWaitsStaysPaidWhereLittleIsLeft() {
        assertThat(budget.tryReserve(20L * STEP - 100)).isTrue();
        var backlog = new Backlog(part, 0, 20L * STEP);
        assertThat(backlog.covers(100)).isTrue();
        assertThat(backlog.covers(101)).isFalse();
        backlog.settle(50);
        assertThat(budget.available()).isZero();
        backlog.settle(0);
        assertThat(budget.available()).isEqualTo(100);
        backlog.close();
        assertThat(budget.available()).isEqualTo(100);
    }
}
