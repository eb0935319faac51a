package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.ManualTime;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How failures and successes are kept from following each other too fast. */
class PacingTest {

    private final ManualTime time = new ManualTime();

    @Test
    void pausesAreAnythingUpToABoundThatDoublesAndEnds() {
        var random = new SplittableRandom(1);
        for (int failure = 0; failure < 60; failure++) {
            long bound = Math.min(5000, 100L << Math.min(failure, 20));
            long least = Long.MAX_VALUE;
            long most = 0;
            for (int run = 0; run < 200; run++) {
                var backoff = new Backoff(random, Duration.ofSeconds(5));
                for (int i = 0; i < failure; i++) {
                    backoff.next();
                }
                long pause = backoff.next().toMillis();
                least = Math.min(least, pause);
                most = Math.max(most, pause);
            }
            assertThat(most).isLessThanOrEqualTo(bound + 1).isGreaterThan(bound / 2);
            assertThat(least).isPositive().isLessThan(bound / 4);
        }
    }

    @Test
    void afterASuccessPausesAreShortAgain() {
        var backoff = new Backoff(new SplittableRandom(1), Duration.ofSeconds(5));
        for (int i = 0; i < 10; i++) {
            backoff.next();
        }
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(101));
    }

    @Test
    void aBucketLetsABurstThroughAndThenSoManyASecond() {
        var bucket = new TokenBucket(time, 3, 2);
        for (int i = 0; i < 3; i++) {
            assertThat(bucket.take()).isZero();
        }
        assertThat(bucket.take()).isEqualTo(Duration.ofMillis(500));
        assertThat(bucket.take()).isEqualTo(Duration.ofMillis(1000));
        time.advance(Duration.ofSeconds(1));
        assertThat(bucket.take()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void aBucketHoldsNoMoreThanABurstHoweverLongItWaits() {
        var bucket = new TokenBucket(time, 3, 2);
        time.advance(Duration.ofDays(1));
        time.jumpWallClock(Duration.ofDays(-30));
        for (int i = 0; i < 3; i++) {
            assertThat(bucket.take()).isZero();
        }
        assertThat(bucket.take()).isPositive();
    }
}
