package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.channel.ChannelName;
import io.parley.failure.MessagingException;
import io.parley.internal.wire.WireMessage;
import io.parley.time.Deadline;
import io.parley.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PendingCallsTest {

    /** Numbers that lie this far apart, or a multiple of it, want the same place. */
    private static final long APART = 2048;

    private final PendingCalls table = new PendingCalls();
    private final ByHand time = new ByHand();

    private static final class ByHand implements TimeSource {

        private volatile long now;

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public Instant wallClock() {
            return Instant.EPOCH;
        }
    }

    private record WaitQueue(long sequence, Deadline deadline) implements PendingCall {

        @Override
        public ChannelName channel() {
            return ChannelName.parse("a/b");
        }

        @Override
        public @Nullable OutboundLink link() {
            return null;
        }

        @Override
        public @Nullable Runnable answer(WireMessage answer) {
            return null;
        }

        @Override
        public void fail(MessagingException cause) {}

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(sequence);
        }
    }

    private PendingCall put(long sequence, long nanos) {
        var call = new WaitQueue(sequence, Deadline.after(Duration.ofNanos(nanos), time));
        table.put(call);
        return call;
    }

    private PendingCall put(long sequence) {
        return put(sequence, 1_000_000_000);
    }

    private List<PendingCall> all() {
        var found = new ArrayList<PendingCall>();
        table.forEach(found::add);
        return found;
    }

    @Test
    void shouldFindEachOfThoseThatWantTheSamePlaceAndNoOther() {
        PendingCall first = put(7);
        PendingCall second = put(7 + APART);
        PendingCall third = put(7 + 5 * APART);
        assertThat(table.get(7)).isSameAs(first);
        assertThat(table.get(7 + APART)).isSameAs(second);
        assertThat(table.get(7 + 5 * APART)).isSameAs(third);
        assertThat(table.get(7 + 2 * APART)).isNull();
        assertThat(table.get(8)).isNull();
        assertThat(all()).containsExactlyInAnyOrder(first, second, third);
    }

    @Test
    void shouldKeepThoseBesideThePlaceWhenTheOneInItGoesAndTakeANewOneThere() {
        PendingCall first = put(7);
        PendingCall second = put(7 + APART);
        assertThat(table.remove(first)).isTrue();
        assertThat(table.get(7)).isNull();
        assertThat(table.get(7 + APART)).isSameAs(second);
        PendingCall third = put(7 + 2 * APART);
        assertThat(all()).containsExactlyInAnyOrder(second, third);
        assertThat(table.remove(second)).isTrue();
        assertThat(table.remove(third)).isTrue();
        assertThat(all()).isEmpty();
    }

    @Test
    void shouldRemoveACallOnceAndNotAnotherOneOfTheSameNumber() {
        PendingCall call = put(3);
        var other = new WaitQueue(3, call.deadline());
        assertThat(table.remove(other)).isFalse();
        assertThat(table.get(3)).isSameAs(call);
        assertThat(table.remove(call)).isTrue();
        assertThat(table.remove(call)).isFalse();
    }

    @Test
    void shouldHoldManyMoreThanItHasPlaces() {
        var calls = new ArrayList<PendingCall>();
        for (long sequence = 1; sequence <= 3 * APART; sequence++) {
            calls.add(put(sequence));
        }
        assertThat(all()).hasSameSizeAs(calls);
        for (PendingCall call : calls) {
            assertThat(table.get(call.sequence())).isSameAs(call);
            assertThat(table.remove(call)).isTrue();
        }
        assertThat(all()).isEmpty();
    }

    @Test
    void shouldTellOfThoseWhoseDeadlineHasPassedOnceTheyAreDueAndWhetherAnyAreLeft() {
        PendingCall early = put(1, 100);
        PendingCall late = put(1 + APART, 300);
        PendingCall middle = put(2, 200);
        var overdue = new ArrayList<PendingCall>();
        assertThat(sweep(overdue)).isTrue();
        assertThat(overdue).isEmpty();
        time.now = 150;
        assertThat(sweep(overdue)).isTrue();
        assertThat(overdue).containsExactly(early);
        time.now = 250;
        assertThat(sweep(overdue)).isTrue();
        assertThat(overdue).containsExactly(early, middle);
        time.now = 300;
        assertThat(sweep(overdue)).as("nothing is left").isFalse();
        assertThat(overdue).containsExactly(early, middle, late);
        assertThat(sweep(overdue)).isFalse();
    }

    @Test
    void shouldSweepForOneThatCameAfterLaterOnesWereSeen() {
        put(1, 1000);
        time.now = 10;
        assertThat(sweep(new ArrayList<>())).isTrue();
        PendingCall shorter = put(2, 20);
        time.now = 40;
        var overdue = new ArrayList<PendingCall>();
        assertThat(sweep(overdue)).isTrue();
        assertThat(overdue).containsExactly(shorter);
    }

    private boolean sweep(List<PendingCall> overdue) {
        return table.sweep(time.now, call -> {
            assertThat(table.remove(call)).isTrue();
            overdue.add(call);
        });
    }

    @Test
    void shouldLetExactlyOneOfTwoThreadsRemoveACall() throws Exception {
        int rounds = 20_000;
        var calls = new ArrayList<PendingCall>();
        for (int i = 0; i < rounds; i++) {
            // Some in the ring, some beside it.
            calls.add(put(1 + i));
        }
        var won = new AtomicInteger();
        var start = new CyclicBarrier(2);
        var done = new CountDownLatch(2);
        for (int t = 0; t < 2; t++) {
            boolean forwards = t == 0;
            new Thread(() -> {
                        awaitTurn(start);
                        for (int i = 0; i < rounds; i++) {
                            if (table.remove(calls.get(forwards ? i : i ^ 1))) {
                                won.incrementAndGet();
                            }
                        }
                        done.countDown();
                    })
                    .start();
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(won).hasValue(rounds);
        assertThat(all()).isEmpty();
    }

    @Test
    void shouldLoseNoCallThatIsPutWhileOthersAreSweptAndRemoved() throws Exception {
        int rounds = 20_000;
        var swept = new HashSet<Long>();
        var done = new CountDownLatch(1);
        time.now = 1_000;
        new Thread(() -> {
                    for (int i = 1; i <= rounds; i++) {
                        put(i, i % 3 == 0 ? 1_000_000_000 : 0);
                    }
                    done.countDown();
                })
                .start();
        boolean writing = true;
        while (writing) {
            writing = done.getCount() > 0;
            table.sweep(time.now, call -> {
                if (table.remove(call)) {
                    assertThat(swept.add(call.sequence())).isTrue();
                }
            });
        }
        assertThat(swept).hasSize(rounds - rounds / 3);
        assertThat(all()).hasSize(rounds / 3).allMatch(call -> call.sequence() % 3 == 0);
    }

    private static void awaitTurn(CyclicBarrier start) {
        try {
            start.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
