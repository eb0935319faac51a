package io.parley.console.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.testkit.Await;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class PageThreadsTest {

    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration LOOKING = Duration.ofMillis(5);

    private final List<PageThreads> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(PageThreads::close);
    }

    private PageThreads open(int most, Duration arrival, Duration reading) {
        var threads = new PageThreads(most, arrival, reading, LOOKING);
        opened.add(threads);
        return threads;
    }

    @Test
    void aRequestThatDoesNotArriveIsGivenUp() throws Exception {
        Pipe connection = Pipe.open();
        var end = new CompletableFuture<Throwable>();

        open(1, SHORT, LONG)
                .execute(() -> endsWith(end, () -> connection.source().read(ByteBuffer.allocate(1))));

        assertThat(end.get()).isInstanceOf(ClosedByInterruptException.class);
        assertThat(connection.source().isOpen()).isFalse();
    }

    @Test
    void aBrowserThatDoesNotReadIsLetGo() throws Exception {
        Pipe connection = Pipe.open();
        var end = new CompletableFuture<Throwable>();
        PageThreads threads = open(1, LONG, SHORT);

        threads.execute(() -> endsWith(end, () -> {
            threads.turn().awaitReader();
            ByteBuffer answer = ByteBuffer.allocate(1 << 24);
            while (answer.hasRemaining()) {
                connection.sink().write(answer);
            }
        }));

        assertThat(end.get()).isInstanceOf(ClosedByInterruptException.class);
    }

    @Test
    void ourOwnWorkTakesAsLongAsItDoesAndWhoIsNextIsNotInterrupted() throws Exception {
        PageThreads threads = open(1, SHORT, SHORT);
        var overdue = new CompletableFuture<Throwable>();
        // One that has been interrupted, and does not notice.
        threads.execute(() -> endsWith(overdue, () -> {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        }));
        Await.until("the end of who was overdue", overdue::isDone);

        var looked = new CountDownLatch(1);
        var working = new CompletableFuture<Throwable>();
        Await.until("the thread", () -> {
            try {
                threads.execute(() -> endsWith(working, () -> {
                    threads.turn().awaitNobody();
                    looked.await();
                }));
                return true;
            } catch (RejectedExecutionException e) {
                return false;
            }
        });
        awaitLooks(SHORT.multipliedBy(3));
        assertThat(working).isNotDone();
        looked.countDown();
        assertThat(working.get()).isNull();
    }

    /** Until another one has been overdue for so long. */
    private void awaitLooks(Duration time) throws Exception {
        var end = new CompletableFuture<Throwable>();
        open(1, time, LONG).execute(() -> endsWith(end, () -> new CountDownLatch(1).await()));
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void whoComesWhileAllThreadsAreBusyIsTurnedAway() {
        PageThreads threads = open(1, LONG, LONG);
        var busy = new CountDownLatch(1);
        threads.execute(() -> endsWith(new CompletableFuture<>(), busy::await));

        assertThatThrownBy(() -> threads.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        busy.countDown();
    }

    @Test
    void onlyAThreadOfThePagesOwnHasATurn() {
        assertThatThrownBy(() -> open(1, LONG, LONG).turn()).isInstanceOf(IllegalStateException.class);
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void endsWith(CompletableFuture<Throwable> end, Work work) {
        try {
            work.run();
            end.complete(null);
        } catch (Exception e) {
            end.complete(e);
        }
    }
}
