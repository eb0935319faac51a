package io.parley.internal.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SamplingTest {

    private static final long SECOND = 1_000_000_000;

    private final Sampling sampling = new Sampling(1_000, 500);

    /** Offers so many messages a second for so long; answers how many were kept. */
    private long offer(long perSecond, double seconds, long from) {
        long kept = 0;
        int pending = 0;
        for (long i = 0; i < perSecond * seconds; i++) {
            if (sampling.choice().keeps(i + 1)) {
                kept++;
                if (++pending == 10) {
                    sampling.onRecorded(pending, from + i * SECOND / perSecond);
                    pending = 0;
                }
            }
        }
        return kept;
    }

    @Test
    void allMessagesAreKeptWhileThereAreFew() {
        assertThat(offer(500, 10, 0)).isEqualTo(5_000);
        assertThat(sampling.level()).isZero();
    }

    @Test
    void aBurstIsKeptInFull() {
        assertThat(offer(1_000_000, 0.000_4, 0)).isEqualTo(400);
        assertThat(sampling.level()).isZero();
    }

    @Test
    void ofTooManyAboutAsManyAreKeptAsAreWanted() {
        long kept = offer(1_000_000, 10, 0);

        assertThat(kept).isBetween(5_000L, 20_000L);
        assertThat(sampling.level()).isBetween(8, 12);
    }

    @Test
    void whatIsKeptAtOneLevelIsKeptAtAllLowerOnes() {
        for (int level = 1; level <= 20; level++) {
            assertThat(LongStream.range(1, 100_000).filter(Choice.ofLevel(level)::keeps))
                    .allMatch(Choice.ofLevel(level - 1)::keeps);
        }
    }

    @Test
    void eachLevelKeepsHalfOfTheOneBelow() {
        for (int level = 0; level <= 10; level++) {
            long kept = LongStream.range(1, 1 << 20)
                    .filter(Choice.ofLevel(level)::keeps)
                    .count();
            assertThat((double) kept).isBetween(0.8 * (1 << 20 - level), 1.2 * (1 << 20 - level));
        }
    }

    @Test
    void thoseWhoSendInTurnsAreAllSeen() {
        Choice six = Choice.ofLevel(6);
        for (int turn = 0; turn < 8; turn++) {
            int of = turn;
            assertThat(LongStream.range(1, 100_000)
                            .filter(number -> number % 8 == of && six.keeps(number))
                            .count())
                    .isBetween(100L, 300L);
        }
    }

    @Test
    void allAreKeptAgainSoonAfterTheRush() {
        offer(1_000_000, 2, 0);
        assertThat(sampling.level()).isPositive();
        sampling.onBeat(2 * SECOND);
        assertThat(sampling.level()).as("still under load").isPositive();

        sampling.onBeat(4 * SECOND);

        assertThat(sampling.level()).isZero();
    }

    @Test
    void noneIsKeptIfNoneIsWanted() {
        var off = new Sampling(0, 0);

        assertThat(LongStream.range(1, 1_000)).noneMatch(off.choice()::keeps);
    }
}
