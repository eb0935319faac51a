package io.parley.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.environment.Environment;
import io.parley.internal.dispatch.Nowhere;
import io.parley.internal.dispatch.ReplyPath;
import io.parley.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LaneTest {

    /** What a pool was asked to run and has not run yet. */
    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();

    private final List<String> ran = new ArrayList<>();
    private final ByHand time = new ByHand();
    private final InFlightCount inHand = new InFlightCount();
    private final ReplyPath origin = new Nowhere() {
        @Override
        public void done(int messages, long bytes) {
            ran.add("done with " + messages);
        }
    };

    /** Time that passes when told. */
    private static final class ByHand implements Timers {

        private final List<Runnable> due = new ArrayList<>();
        private long now;

        void passAndRing(long nanos) {
            now += nanos;
            List<Runnable> ringing = List.copyOf(due);
            due.clear();
            ringing.forEach(Runnable::run);
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public Instant wallClock() {
            return Instant.EPOCH;
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            due.add(task);
            return () -> due.remove(task);
        }

        @Override
        public Timer scheduleEvery(Duration period, Runnable task) {
            throw new UnsupportedOperationException("A lane looks again only when it has a reason");
        }

        @Override
        public void close() {}
    }

    private void runPool() {
        while (!pool.isEmpty()) {
            pool.remove().run();
        }
    }

    private static Lane.Tasks tasks(Runnable... tasks) {
        return index -> tasks[index];
    }

    @Test
    void shouldRunTasksInOrderWhereOneRunsAtATime() {
        var lane = new Lane(pool::add, time, 1, 100);
        for (int i = 0; i < 5; i++) {
            String name = "t" + i;
            assertThat(lane.offer(() -> ran.add(name))).isTrue();
        }
        assertThat(pool).as("one thread for all of them").hasSize(1);
        runPool();
        assertThat(ran).containsExactly("t0", "t1", "t2", "t3", "t4");
    }

    @Test
    void shouldAskForNoMoreThreadsThanMayRunAtATime() {
        var lane = new Lane(pool::add, time, 3, 100);
        for (int i = 0; i < 10; i++) {
            lane.offer(() -> ran.add("task"));
        }
        assertThat(pool).hasSize(3);
        runPool();
        assertThat(ran).hasSize(10);
    }

    @Test
    void shouldCallNoOtherThreadForWhatOneDoesSoonerThanItCouldWake() {
        var lane = new Lane(pool::add, time, 3, 100);
        for (int i = 0; i < 10; i++) {
            lane.offer(() -> time.now += 1_000);
            runPool();
        }
        lane.offer(tasks(() -> ran.add("1"), () -> ran.add("2"), () -> ran.add("3")), 3);
        assertThat(pool).hasSize(1);
        runPool();
        assertThat(ran).containsExactly("1", "2", "3");
    }

    @Test
    void shouldCallAnotherThreadWhereTasksTakeLong() {
        var lane = new Lane(pool::add, time, 3, 100);
        lane.offer(() -> time.now += 10_000_000);
        runPool();
        lane.offer(() -> ran.add("1"));
        lane.offer(() -> ran.add("2"));
        assertThat(pool).hasSize(2);
    }

    @Test
    void shouldCallAnotherThreadWhereATaskDoesNotReturn() {
        var lane = new Lane(pool::add, time, 3, 100);
        lane.offer(() -> time.now += 1_000);
        runPool();
        lane.offer(
                tasks(
                        () -> {
                            // Blocked: a moment later somebody looks, and a moment after that comes to what waits.
                            time.passAndRing(1_000_000);
                            time.passAndRing(1_000_000);
                            pool.remove().run();
                            ran.add("blocked");
                        },
                        () -> ran.add("not blocked")),
                2);
        assertThat(pool).hasSize(1);
        runPool();
        assertThat(ran).containsExactly("not blocked", "blocked");
    }

    @Test
    void shouldTakeOfSeveralAsManyAsItHoldsAndSayHowMany() {
        var lane = new Lane(pool::add, time, 1, 2);
        Lane.Tasks tasks = tasks(() -> ran.add("1"), () -> ran.add("2"), () -> ran.add("3"));
        assertThat(lane.offer(tasks, 3)).isEqualTo(2);
        runPool();
        assertThat(ran).containsExactly("1", "2");
    }

    @Test
    void shouldTakeNoMoreThanItHolds() {
        var lane = new Lane(pool::add, time, 1, 2);
        assertThat(lane.offer(() -> ran.add("1"))).isTrue();
        assertThat(lane.offer(() -> ran.add("2"))).isTrue();
        assertThat(lane.offer(() -> ran.add("3"))).isFalse();
        runPool();
        assertThat(lane.offer(() -> ran.add("4"))).isTrue();
        runPool();
        assertThat(ran).containsExactly("1", "2", "4");
    }

    @Test
    void shouldLetOthersHaveTheThreadNowAndThen() {
        var lane = new Lane(pool::add, time, 1, 1000);
        for (int i = 0; i < 200; i++) {
            lane.offer(() -> {
                time.now += 20_000;
                ran.add("busy");
            });
        }
        pool.add(() -> ran.add("other"));
        runPool();
        assertThat(ran.indexOf("other")).isLessThan(150);
        assertThat(ran).hasSize(201);
    }

    @Test
    void shouldGoOnAfterATaskThatThrows() {
        var lane = new Lane(pool::add, time, 1, 10);
        lane.offer(() -> {
            throw new AssertionError("on purpose");
        });
        lane.offer(() -> ran.add("next"));
        assertThatThrownBy(() -> pool.remove().run()).isInstanceOf(AssertionError.class);
        runPool();
        assertThat(ran).containsExactly("next");
        lane.offer(() -> ran.add("later"));
        runPool();
        assertThat(ran).containsExactly("next", "later");
    }

    @Test
    void shouldSayThatItTookNothingWhereThePoolTakesNothing() {
        boolean[] closed = {true};
        var lane = new Lane(
                task -> {
                    if (closed[0]) {
                        throw new RejectedExecutionException("closed");
                    }
                    pool.add(task);
                },
                time,
                1,
                10);
        assertThat(lane.offer(() -> ran.add("1"))).isFalse();
        closed[0] = false;
        assertThat(lane.offer(() -> ran.add("2"))).isTrue();
        runPool();
        assertThat(ran).containsExactly("2");
    }

    @Test
    void shouldFinishWhatItTookThoughThePoolClosesMeanwhile() {
        boolean[] closed = {false};
        var lane = new Lane(
                task -> {
                    if (closed[0]) {
                        throw new RejectedExecutionException("closed");
                    }
                    pool.add(task);
                },
                time,
                1,
                1000);
        for (int i = 0; i < 300; i++) {
            lane.offer(() -> ran.add("task"));
        }
        closed[0] = true;
        runPool();
        assertThat(ran).hasSize(300);
    }

    @Test
    void shouldSayWhatIsLeftOfWhatWasTakenThoughThePoolRefusedSomeInBetween() {
        boolean[] closed = {false};
        var lane = new Lane(
                task -> {
                    if (closed[0]) {
                        throw new RejectedExecutionException("closed");
                    }
                    pool.add(task);
                },
                time,
                1,
                10);
        closed[0] = true;
        assertThat(lane.offer(tasks(() -> {}, () -> {}, () -> {}), 3)).isZero();
        assertThat(lane.queued()).isZero();
        closed[0] = false;
        assertThat(lane.offer(tasks(() -> ran.add("1"), () -> ran.add(lane.queued() + " left"), () -> ran.add("3")), 3))
                .isEqualTo(3);
        assertThat(lane.queued()).isEqualTo(3);
        assertThat(lane.room()).isEqualTo(7);
        runPool();
        assertThat(ran).containsExactly("1", "1 left", "3");
        assertThat(lane.queued()).isZero();
    }

    @Test
    void shouldTellWhatIsDoneWithTogetherWhereTasksAreQuick() {
        var lane = new Lane(pool::add, time, 1, 100);
        lane.offer(() -> ran.add("known to be quick from now on"));
        runPool();
        ran.clear();
        lane.offer(tasks(this::done, this::done, () -> ran.add("last")), 3);
        runPool();
        assertThat(ran).containsExactly("last", "done with 2");
    }

    @Test
    void shouldTellWhatIsDoneWithThoughTheNextTaskThrows() {
        var lane = new Lane(pool::add, time, 1, 100);
        lane.offer(() -> ran.add("known to be quick from now on"));
        runPool();
        ran.clear();
        lane.offer(
                tasks(this::done, () -> {
                    throw new IllegalStateException("failed");
                }),
                2);
        assertThatThrownBy(this::runPool).hasMessage("failed");
        assertThat(ran).containsExactly("done with 1");
        done();
        assertThat(ran).as("outside of the lane").containsExactly("done with 1", "done with 1");
    }

    @Test
    void shouldTellOfEachThatItIsDoneWithWhereTasksTakeTheirTime() {
        var lane = new Lane(pool::add, time, 1, 100);
        lane.offer(
                tasks(this::done, () -> {
                    ran.add("long one");
                    time.passAndRing(10_000);
                }),
                2);
        runPool();
        lane.offer(tasks(this::done, () -> ran.add("last")), 2);
        runPool();
        assertThat(ran).containsExactly("done with 1", "long one", "done with 1", "last");
    }

    private void done() {
        CompletionBatch.current().add(origin, inHand, 1, 0);
    }

    @Test
    void shouldRunEveryTaskOnceAndNeverMoreThanAllowedAtATime() throws Exception {
        var threads = Executors.newFixedThreadPool(4);
        var lane = new Lane(threads, Environment.system().openTimers("lane"), 2, 100_000);
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var done = new CountDownLatch(20_000);
        for (int i = 0; i < 20_000; i++) {
            assertThat(lane.offer(() -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        running.decrementAndGet();
                        done.countDown();
                    }))
                    .isTrue();
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isLessThanOrEqualTo(2);
        threads.shutdown();
    }

    @Test
    void poolThatHasNoMemoryForAThreadIsAskedAgainWithTheNextTask() {
        var hasMemory = new boolean[1];
        var lane = new Lane(
                task -> {
                    if (!hasMemory[0]) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    pool.add(task);
                },
                time,
                1,
                100);
        assertThatThrownBy(() -> lane.offer(() -> ran.add("first"))).isInstanceOf(OutOfMemoryError.class);
        hasMemory[0] = true;
        assertThat(lane.offer(() -> ran.add("second"))).isTrue();
        runPool();
        assertThat(ran).containsExactly("first", "second");
    }
}
