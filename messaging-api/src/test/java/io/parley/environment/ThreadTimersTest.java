package io.parley.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.time.TimeSource;
import io.parley.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ThreadTimersTest {

    private static final long LONG = 50;

    private final ConcurrentLinkedQueue<Throwable> reported = new ConcurrentLinkedQueue<>();
    private final Timers timers = Environment.system()
            .reportingTo((thread, cause) -> reported.add(cause))
            .openTimers("tried-timers");

    @AfterEach
    void close() {
        timers.close();
    }

    private static Stream<Throwable> everything() {
        return Stream.of(
                new IllegalStateException("unchecked"),
                new Exception("checked"),
                new Throwable("neither"),
                new AssertionError("assertion"),
                new StackOverflowError(),
                new OutOfMemoryError("made up"));
    }

    @ParameterizedTest
    @MethodSource("everything")
    void taskThatThrowsIsReportedAndKeepsNoOtherFromRunning(Throwable thrown) throws Exception {
        var ran = new CountDownLatch(1);
        timers.schedule(Duration.ZERO, () -> SystemEnvironmentTest.<RuntimeException>sneak(thrown));
        timers.schedule(Duration.ofMillis(1), ran::countDown);
        assertThat(ran.await(LONG, TimeUnit.SECONDS)).isTrue();
        assertThat(reported).containsExactly(thrown);
    }

    @Test
    void handlerThatThrowsKeepsNoTaskFromRunning() throws Exception {
        try (Timers unlucky = Environment.system()
                .reportingTo((thread, cause) -> {
                    throw new OutOfMemoryError("nothing left to tell with");
                })
                .openTimers("unlucky-timers")) {
            var ran = new CountDownLatch(1);
            unlucky.schedule(Duration.ZERO, () -> {
                throw new OutOfMemoryError("made up");
            });
            unlucky.schedule(Duration.ofMillis(1), ran::countDown);
            assertThat(ran.await(LONG, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void periodicTaskThatThrowsRunsAgain() throws Exception {
        var ran = new CountDownLatch(5);
        timers.scheduleEvery(Duration.ofMillis(1), () -> {
            ran.countDown();
            throw new OutOfMemoryError("made up");
        });
        assertThat(ran.await(LONG, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void periodicTaskCanBeCancelledByItself() throws Exception {
        var runs = new AtomicInteger();
        var timer = new AtomicReference<Timers.Timer>();
        var known = new CountDownLatch(1);
        var ran = new CountDownLatch(1);
        timer.set(timers.scheduleEvery(Duration.ofMillis(1), () -> {
            awaitUninterrupted(known);
            runs.incrementAndGet();
            timer.get().cancel();
            ran.countDown();
        }));
        known.countDown();
        assertThat(ran.await(LONG, TimeUnit.SECONDS)).isTrue();
        var later = new CountDownLatch(1);
        timers.schedule(Duration.ofMillis(20), later::countDown);
        assertThat(later.await(LONG, TimeUnit.SECONDS)).isTrue();
        assertThat(runs).hasValue(1);
    }

    @Test
    void periodicTaskRunsAgainHoweverManyOthersAreScheduledMeanwhile() throws Exception {
        var ran = new CountDownLatch(100);
        timers.scheduleEvery(Duration.ofNanos(1), () -> {
            timers.schedule(Duration.ofHours(1), () -> {});
            ran.countDown();
        });
        assertThat(ran.await(LONG, TimeUnit.SECONDS)).isTrue();
        assertThat(reported).isEmpty();
    }

    @Test
    void periodMustBePositive() {
        assertThatThrownBy(() -> timers.scheduleEvery(Duration.ZERO, () -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** The queue by itself, in an order that would show a mistake in it. */
    @Test
    void tasksRunInTheOrderOfTheirTimesWhateverWasCancelled() throws Exception {
        var random = new Random(7);
        var clock = new StoppedClock();
        var queued = new ThreadTimers(clock, Thread::new, (thread, cause) -> reported.add(cause));
        var ran = new LinkedBlockingQueue<Integer>();
        var expected = new ArrayList<Integer>();
        var all = new ArrayList<Timers.Timer>();
        List<Integer> delays = random.ints(500, 1, 1_000_000).boxed().toList();
        for (int delay : delays) {
            all.add(queued.schedule(Duration.ofNanos(delay), () -> ran.add(delay)));
        }
        for (int i = 0; i < delays.size(); i++) {
            if (random.nextInt(3) == 0) {
                all.get(i).cancel();
            } else {
                expected.add(delays.get(i));
            }
        }
        clock.now = 1_000_000;
        queued.schedule(Duration.ZERO, () -> {});
        expected.sort(null);
        var inOrder = new ArrayList<Integer>();
        while (inOrder.size() < expected.size()) {
            Integer next = ran.poll(LONG, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            inOrder.add(next);
        }
        assertThat(inOrder).isEqualTo(expected);
        queued.close();
    }

    @Test
    void taskIsCancelledAfterTheTimersWereClosed() {
        Timers.Timer first = timers.schedule(Duration.ofHours(1), () -> {});
        Timers.Timer second = timers.schedule(Duration.ofHours(2), () -> {});
        timers.close();
        assertThatCode(() -> {
                    second.cancel();
                    first.cancel();
                    first.cancel();
                })
                .doesNotThrowAnyException();
    }

    @Test
    void closedTimersRunNothingAndTheirThreadEnds() throws Exception {
        var thread = new LinkedBlockingQueue<Thread>();
        var ran = new AtomicInteger();
        timers.schedule(Duration.ZERO, () -> thread.add(Thread.currentThread()));
        Thread known = thread.poll(LONG, TimeUnit.SECONDS);
        assertThat(known).isNotNull();
        timers.schedule(Duration.ofMillis(10), ran::incrementAndGet);
        timers.close();
        timers.schedule(Duration.ZERO, ran::incrementAndGet);
        known.join(TimeUnit.SECONDS.toMillis(LONG));
        assertThat(known.isAlive()).isFalse();
        assertThat(ran).hasValueLessThan(2);
    }

    @Test
    void delayBeyondAllYearsIsTakenForNever() {
        timers.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> reported.add(new AssertionError("not yet")));
        assertThat(reported).isEmpty();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static final class StoppedClock implements TimeSource {

        private volatile long now;

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public java.time.Instant wallClock() {
            return java.time.Instant.EPOCH;
        }
    }
}
