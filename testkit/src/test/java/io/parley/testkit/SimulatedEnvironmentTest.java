package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.environment.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SimulatedEnvironmentTest {

    private final SimulatedEnvironment simulation = SimulatedEnvironment.seeded(1);
    private final ArrayList<String> ran = new ArrayList<>();

    @Test
    void shouldDoNothingUntilItIsRun() {
        simulation.openPool("pool", 1).execute(() -> ran.add("task"));
        assertThat(ran).isEmpty();
        simulation.run();
        assertThat(ran).containsExactly("task");
    }

    @Test
    void shouldLetTimePassOnlyWhenNothingIsLeftToDo() {
        Pool pool = simulation.openPool("pool", 1);
        simulation.time().schedule(Duration.ofMillis(1), () -> ran.add("timer"));
        pool.execute(() -> pool.execute(
                () -> pool.execute(() -> ran.add("task at " + simulation.time().nanoTime()))));
        simulation.runFor(Duration.ofMillis(1));
        assertThat(ran).containsExactly("task at 0", "timer");
    }

    @Test
    void shouldStopWhereARunOfSomeDurationEnds() {
        simulation.time().schedule(Duration.ofMillis(11), () -> ran.add("timer"));
        simulation.runFor(Duration.ofMillis(10));
        assertThat(ran).isEmpty();
        assertThat(simulation.time().nanoTime()).isEqualTo(10_000_000L);
        simulation.runFor(Duration.ofMillis(1));
        assertThat(ran).containsExactly("timer");
    }

    @Test
    void shouldRunUntilAConditionHoldsAndNoFurther() {
        repeat(Duration.ofMillis(10));
        simulation.runUntil(() -> ran.size() == 3, Duration.ofSeconds(1));
        assertThat(simulation.time().nanoTime()).isEqualTo(30_000_000L);
    }

    @Test
    void shouldSayWhichSeedDidNotGetThere() {
        assertThatThrownBy(() -> simulation.runUntil(() -> false, Duration.ofSeconds(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 1");
    }

    @Test
    void shouldKeepTheOrderWithinAPoolOfOneThread() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(run(seed, 1)).filteredOn(text -> text.startsWith("a")).containsExactly("a0", "a1", "a2", "a3");
        }
    }

    @Test
    void shouldRepeatARunWithTheSameSeedAndVaryItWithOthers() {
        var runs = new HashSet<List<String>>();
        for (long seed = 0; seed < 50; seed++) {
            List<String> first = run(seed, 2);
            assertThat(run(seed, 2)).isEqualTo(first);
            runs.add(first);
        }
        assertThat(runs).hasSizeGreaterThan(10);
    }

    @Test
    void shouldGiveTheSameRandomNumbersForTheSameSeed() {
        assertThat(SimulatedEnvironment.seeded(7).random().nextLong())
                .isEqualTo(SimulatedEnvironment.seeded(7).random().nextLong())
                .isNotEqualTo(SimulatedEnvironment.seeded(8).random().nextLong());
    }

    @Test
    void shouldRunWhatAPoolWasGivenBeforeItClosedAndRejectTheRest() {
        Pool pool = simulation.openPool("handlers", 1);
        pool.execute(() -> ran.add("before"));
        pool.close();
        assertThatThrownBy(() -> pool.execute(() -> ran.add("after")))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("handlers");
        simulation.run();
        assertThat(ran).containsExactly("before");
    }

    @Test
    void shouldRefuseThreads() {
        assertThatThrownBy(() -> simulation.newThread("io-loop", () -> {}))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("io-loop");
    }

    @Test
    void shouldRefuseOtherThreads() throws InterruptedException {
        Pool pool = simulation.openPool("pool", 1);
        var thrown = new AtomicReference<Throwable>();
        var thread = new Thread(() -> pool.execute(() -> {}));
        thread.setUncaughtExceptionHandler((self, e) -> thrown.set(e));
        thread.start();
        thread.join();
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldThrowWhatATaskThrows() {
        simulation.openPool("pool", 1).execute(() -> {
            throw new IllegalArgumentException("from the task");
        });
        assertThatThrownBy(simulation::run).hasMessage("from the task");
    }

    @Test
    void shouldNoticeThatTimeStandsStill() {
        Pool pool = simulation.openPool("pool", 1);
        repeatWithoutEnd(pool);
        assertThatThrownBy(simulation::run).isInstanceOf(AssertionError.class).hasMessageContaining("stands still");
    }

    private void repeat(Duration period) {
        simulation.time().schedule(period, () -> {
            ran.add("tick");
            repeat(period);
        });
    }

    private void repeatWithoutEnd(Pool pool) {
        pool.execute(() -> repeatWithoutEnd(pool));
    }

    private static List<String> run(long seed, int threads) {
        var simulation = SimulatedEnvironment.seeded(seed);
        var ran = new ArrayList<String>();
        Pool a = simulation.openPool("a", threads);
        Pool b = simulation.openPool("b", threads);
        for (int i = 0; i < 4; i++) {
            String number = Integer.toString(i);
            a.execute(() -> ran.add("a" + number));
            b.execute(() -> ran.add("b" + number));
            simulation.time().schedule(Duration.ZERO, () -> ran.add("t" + number));
        }
        simulation.run();
        return ran;
    }
}
