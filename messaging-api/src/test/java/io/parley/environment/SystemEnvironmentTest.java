package io.parley.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The real world's pools. */
class SystemEnvironmentTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final List<Pool> opened = new ArrayList<>();

    @AfterEach
    void closeAll() {
        opened.forEach(Pool::close);
    }

    /** Throws what need not be declared, whatever it is. */
    @SuppressWarnings("unchecked")
    static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private Pool open(int threads) {
        Pool pool = Environment.system().openPool("tried-" + NUMBER.incrementAndGet(), threads);
        opened.add(pool);
        return pool;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until a thread has nothing to do and waits for something. */
    private static void awaitIdle(Thread thread) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime())
                    .as("%s is %s", thread, thread.getState())
                    .isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static Thread threadOf(Pool pool) {
        var thread = new AtomicReference<Thread>();
        var ran = new CountDownLatch(1);
        pool.execute(() -> {
            thread.set(Thread.currentThread());
            ran.countDown();
        });
        await(ran);
        return thread.get();
    }

    @Test
    void shouldMakeNoThreadWhileOneIsIdle() {
        Pool pool = open(8);
        Thread first = threadOf(pool);
        for (int i = 0; i < 100; i++) {
            awaitIdle(first);
            assertThat(threadOf(pool)).isSameAs(first);
        }
    }

    @Test
    void shouldMakeAThreadWhereAllAreBusyAndNeverMoreThanAskedFor() {
        Pool pool = open(3);
        var threads = ConcurrentHashMap.<Thread>newKeySet();
        var begun = new CountDownLatch(3);
        var release = new CountDownLatch(1);
        var done = new CountDownLatch(10);
        for (int i = 0; i < 10; i++) {
            pool.execute(() -> {
                threads.add(Thread.currentThread());
                begun.countDown();
                await(release);
                done.countDown();
            });
        }
        await(begun);
        assertThat(threads).hasSize(3).allMatch(Thread::isDaemon);
        assertThat(done.getCount()).isEqualTo(10);
        release.countDown();
        await(done);
        assertThat(threads).hasSize(3);
    }

    @Test
    void shouldRunInOrderWhatWaitsForItsOneThread() {
        Pool pool = open(1);
        var order = new CopyOnWriteArrayList<Integer>();
        var done = new CountDownLatch(1000);
        for (int i = 0; i < 1000; i++) {
            int number = i;
            pool.execute(() -> {
                order.add(number);
                done.countDown();
            });
        }
        await(done);
        assertThat(order).hasSize(1000).isSorted();
    }

    @Test
    void shouldRunEachTaskOnceHoweverManyHandThemOver() {
        int submitters = 6;
        int each = 20_000;
        int most = 4;
        Pool pool = open(most);
        var runs = new AtomicIntegerArray(submitters * each);
        var running = new AtomicInteger();
        var mostRunning = new AtomicInteger();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        var done = new CountDownLatch(submitters * each);
        for (int s = 0; s < submitters; s++) {
            int base = s * each;
            new Thread(() -> {
                        for (int i = 0; i < each; i++) {
                            int number = base + i;
                            pool.execute(() -> {
                                mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
                                threads.add(Thread.currentThread());
                                runs.incrementAndGet(number);
                                running.decrementAndGet();
                                done.countDown();
                            });
                        }
                    })
                    .start();
        }
        await(done);
        for (int i = 0; i < runs.length(); i++) {
            assertThat(runs.get(i)).isEqualTo(1);
        }
        assertThat(mostRunning.get()).isLessThanOrEqualTo(most);
        assertThat(threads).hasSizeLessThanOrEqualTo(most);
    }

    @Test
    void shouldRunWhatWasHandedOverBeforeItClosedAndRejectWhatComesLater() {
        Pool pool = open(2);
        var release = new CountDownLatch(1);
        var done = new CountDownLatch(20);
        var interrupted = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            pool.execute(() -> {
                await(release);
                if (Thread.currentThread().isInterrupted()) {
                    interrupted.incrementAndGet();
                }
                done.countDown();
            });
        }
        pool.close();
        assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        release.countDown();
        await(done);
        assertThat(interrupted).hasValue(0);
        assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void shouldEitherRunOrRejectWhatComesWhileItCloses() {
        for (int round = 0; round < 200; round++) {
            Pool pool = open(2);
            var taken = new AtomicInteger();
            var ran = new AtomicInteger();
            var ended = new CountDownLatch(2);
            var running = new CountDownLatch(1);
            for (int s = 0; s < 2; s++) {
                new Thread(() -> {
                            try {
                                while (true) {
                                    pool.execute(ran::incrementAndGet);
                                    taken.incrementAndGet();
                                    running.countDown();
                                }
                            } catch (RejectedExecutionException e) {
                                ended.countDown();
                            }
                        })
                        .start();
            }
            await(running);
            pool.close();
            await(ended);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (ran.get() < taken.get() && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(ran).as("round %d", round).hasValue(taken.get());
        }
    }

    @Test
    void shouldGoOnAfterATaskThatThrows() {
        Pool pool = open(1);
        Thread first = threadOf(pool);
        var told = new CompletableFuture<Throwable>();
        first.setUncaughtExceptionHandler((thread, cause) -> told.complete(cause));
        pool.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        assertThat(threadOf(pool)).isNotSameAs(first);
        assertThat(told.orTimeout(60, TimeUnit.SECONDS).join()).hasMessage("on purpose");
    }
}
