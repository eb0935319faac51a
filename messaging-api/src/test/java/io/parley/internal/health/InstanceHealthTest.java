package io.parley.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class InstanceHealthTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final InstanceHealth health = new InstanceHealth();

    private boolean timeOut(int times) {
        boolean isTooMany = false;
        for (int i = 0; i < times; i++) {
            isTooMany = health.onTimedOut();
        }
        return isTooMany;
    }

    private Duration avoid(long now) {
        timeOut(InstanceHealth.MOST_TIMEOUTS);
        return health.avoidForTimeouts(now);
    }

    @Test
    void fifthTimeoutInARowIsTooMany() {
        assertThat(timeOut(InstanceHealth.MOST_TIMEOUTS - 1)).isFalse();
        assertThat(health.avoidForTimeouts(0)).isZero();
        assertThat(timeOut(1)).isTrue();
        assertThat(health.avoidForTimeouts(0)).isEqualTo(Duration.ofSeconds(1));
        assertThat(health.why()).isEqualTo("5 requests in a row timed out");
    }

    @Test
    void answerStartsTheCountOfTimeoutsAgain() {
        timeOut(InstanceHealth.MOST_TIMEOUTS - 1);
        health.onAnswered();
        assertThat(timeOut(InstanceHealth.MOST_TIMEOUTS - 1)).isFalse();
    }

    @Test
    void avoidedInstanceIsAvoidedForTheWholePeriodAndNotAfterIt() {
        avoid(7);
        assertThat(health.isAvoided(7)).isTrue();
        assertThat(health.isAvoided(7 + SECOND - 1)).isTrue();
        assertThat(health.avoidedFor(7 + SECOND - 1)).isEqualTo(1);
        assertThat(health.isAvoided(7 + SECOND)).isFalse();
    }

    @Test
    void avoidedInstanceIsNotAvoidedTwiceAtOnce() {
        avoid(0);
        assertThat(avoid(SECOND / 2)).isZero();
        assertThat(health.isAvoided(SECOND)).isFalse();
    }

    @Test
    void periodsDoubleUpToHalfAMinute() {
        long now = 0;
        for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
            Duration period = avoid(now);
            assertThat(period).isEqualTo(Duration.ofSeconds(seconds));
            now += period.toNanos();
        }
    }

    @Test
    void instanceThatDidWellForHalfAMinuteBeginsWithTheFirstPeriod() {
        avoid(0);
        assertThat(avoid(SECOND + 30 * SECOND)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void oneTimeoutEndsTheTrial() {
        avoid(0);
        health.beginTrial();
        assertThat(timeOut(1)).isTrue();
        assertThat(health.avoidForTimeouts(SECOND)).isEqualTo(Duration.ofSeconds(2));
        assertThat(health.why()).isEqualTo("it timed out again when it was tried");
    }

    @Test
    void firstAnswerOfATrialIsReportedOnce() {
        assertThat(health.onAnswered()).isFalse();
        avoid(0);
        health.beginTrial();
        assertThat(health.onAnswered()).isTrue();
        assertThat(health.onAnswered()).isFalse();
    }

    @Test
    void onlyALinkThatDidNotLastMakesAnInstanceAvoided() {
        long steady = InstanceHealth.STEADY.toNanos();
        assertThat(health.avoidForLostLink(7, 7 + steady)).isZero();
        assertThat(health.isLinkInDoubt()).isFalse();
        assertThat(health.avoidForLostLink(7, 7 + steady - 1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(health.isLinkInDoubt()).isTrue();
    }

    @Test
    void eachPeriodIsNewsOnce() {
        avoid(0);
        assertThat(health.isNews()).isTrue();
        assertThat(health.isNews()).isFalse();
        avoid(SECOND);
        assertThat(health.isNews()).isTrue();
    }
}
