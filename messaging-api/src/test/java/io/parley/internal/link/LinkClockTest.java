package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkClockTest {

    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    /** The receiver's clock shows so much more than the sender's. */
    private static final long APART = -77 * SECOND;

    private final LinkClock clock = new LinkClock();

    /** How old a message is found that was sent at {@code sent}, by the sender's clock, and was under way for so long. */
    private long age(long sent, long underWay) {
        long arrived = sent + APART + underWay;
        return arrived - clock.onSentAt(sent / MICRO, arrived);
    }

    @Test
    void whatWasHeldUpIsOlderByAsMuch() {
        assertThat(age(SECOND, 3 * MILLI)).isZero();
        assertThat(age(2 * SECOND, 2 * MILLI)).isZero();
        assertThat(age(3 * SECOND, 2 * MILLI + 5 * SECOND)).isBetween(5 * SECOND - 2 * MILLI, 5 * SECOND);
        assertThat(age(3 * SECOND + 4 * SECOND, 2 * MILLI + SECOND)).isBetween(SECOND - 2 * MILLI, SECOND);
        assertThat(age(20 * SECOND, 2 * MILLI)).isZero();
    }

    @Test
    void firstMessageIsHeldAgainstTheLinksBeginning() {
        clock.onHello(SECOND / MICRO, SECOND + APART + 3 * MILLI);
        assertThat(clock.isSaid()).isFalse();
        assertThat(age(2 * SECOND, 10 * SECOND)).isBetween(10 * SECOND - 6 * MILLI, 10 * SECOND);
        assertThat(clock.isSaid()).isTrue();
    }

    @Test
    void stopOfHalfAMinuteIsKnownToAHundredthOfASecond() {
        age(SECOND, MILLI);
        assertThat(age(2 * SECOND, 30 * SECOND)).isBetween(30 * SECOND - 10 * MILLI, 30 * SECOND);
    }

    @Test
    void clocksThatDriftApartMakeNothingLookOld() {
        long sent = 0;
        for (int i = 0; i < 10_000; i++) {
            sent += SECOND;
            long arrived = sent + APART + MILLI + sent / 10_000;
            assertThat(arrived - clock.onSentAt(sent / MICRO, arrived)).isLessThan(MILLI);
        }
    }

    @Test
    void idleHourOfClocksThatDriftMakesNothingLookOld() {
        age(SECOND, MILLI);
        long sent = 3_600 * SECOND;
        long arrived = sent + APART + MILLI + sent / 10_000;
        assertThat(arrived - clock.onSentAt(sent / MICRO, arrived)).isZero();
    }

    @Test
    void senderWhoseClockStoodStillIsBelievedOnceAPingIsAnswered() {
        age(SECOND, MILLI);
        // Its machine slept for a minute: by its own clock no time went by.
        long slept = APART + 60 * SECOND;
        long arrived = 2 * SECOND + slept + MILLI;
        assertThat(arrived - clock.onSentAt(2 * SECOND / MICRO, arrived)).isGreaterThan(59 * SECOND);
        assertThat(clock.wantsPing(arrived)).isTrue();
        assertThat(clock.wantsPing(arrived + MILLI)).as("one at a time").isFalse();
        clock.onPong(arrived, true);
        long next = arrived + 2 * MILLI;
        assertThat(next - clock.onSentAt((2 * SECOND + 2 * MILLI) / MICRO, next))
                .isBetween(0L, 2 * MILLI);
        long later = next + SECOND;
        assertThat(later - clock.onSentAt((3 * SECOND + 2 * MILLI) / MICRO, later))
                .isBetween(0L, 3 * MILLI);
    }

    @Test
    void pongThatWasHeldUpItselfProvesLittle() {
        age(SECOND, MILLI);
        long arrived = 2 * SECOND + APART + 5 * SECOND;
        clock.onSentAt(2 * SECOND / MICRO, arrived);
        assertThat(clock.wantsPing(arrived)).isTrue();
        long answered = arrived + 5 * SECOND;
        clock.onPong(arrived, true);
        // Sent just after the PING had come, and held up with its answer.
        long sent = arrived - APART;
        assertThat(answered - clock.onSentAt(sent / MICRO, answered)).isBetween(5 * SECOND - 10 * MILLI, 5 * SECOND);
    }

    private long sleepOfSender() {
        age(SECOND, MILLI);
        long arrived = 2 * SECOND + APART + 60 * SECOND + MILLI;
        clock.onSentAt(2 * SECOND / MICRO, arrived);
        assertThat(clock.wantsPing(arrived)).isTrue();
        return arrived;
    }

    @Test
    void answerIsAwaitedHoweverFarAwayTheSenderIs() {
        long asked = sleepOfSender();
        for (long time = asked; time < asked + 3 * SECOND; time += 20 * MILLI) {
            clock.onSentAt((2 * SECOND + time - asked) / MICRO, time);
            assertThat(clock.wantsPing(time)).as("another PING").isFalse();
        }
        clock.onPong(asked, false);
        long next = asked + 3 * SECOND + MILLI;
        assertThat(next - clock.onSentAt((5 * SECOND + MILLI) / MICRO, next)).isBetween(0L, 3 * SECOND + MILLI);
    }

    @Test
    void answerThatIsLostIsNotAwaitedForEver() {
        long asked = sleepOfSender();
        long again = asked + 10 * SECOND;
        clock.onSentAt(12 * SECOND / MICRO, again);
        assertThat(clock.wantsPing(again - 1)).isFalse();
        assertThat(clock.wantsPing(again)).isTrue();
        clock.onPong(asked, false);
        assertThat(clock.wantsPing(again + SECOND))
                .as("awaits the answer to the latest")
                .isFalse();
        clock.onPong(again, false);
        long next = again + 2 * MILLI;
        assertThat(next - clock.onSentAt((12 * SECOND + 2 * MILLI) / MICRO, next))
                .isBetween(0L, 2 * MILLI);
    }

    /** How old one is found that came in chunks. */
    private long ageInChunks(long sent, long underWay) {
        long arrived = sent + APART + underWay;
        return arrived - clock.onSentAtInChunks(sent / MICRO, arrived);
    }

    @Test
    void pongProvesNothingOfWhatWasPackedBeforeAndComesInChunks() {
        age(SECOND, MILLI);
        assertThat(age(2 * SECOND, SECOND)).isBetween(SECOND - 2 * MILLI, SECOND);
        long asked = 3 * SECOND + APART;
        assertThat(clock.wantsPing(asked)).isTrue();
        clock.onPong(asked, false);
        assertThat(ageInChunks(2_500 * MILLI, 2 * SECOND)).isBetween(2 * SECOND - 2 * MILLI, 2 * SECOND);
        assertThat(age(6 * SECOND, 500 * MILLI)).as("in its turn").isBetween(500 * MILLI - 3 * MILLI, 500 * MILLI);
    }

    @Test
    void pongProvesNothingOfWhatWasPackedByAThreadThatStoodStill() {
        age(SECOND, MILLI);
        assertThat(age(2 * SECOND, SECOND)).isBetween(SECOND - 2 * MILLI, SECOND);
        long asked = 3 * SECOND + APART;
        assertThat(clock.wantsPing(asked)).isTrue();
        clock.onPong(asked, false);
        assertThat(age(1_900 * MILLI, 2 * SECOND)).isBetween(2 * SECOND - 2 * MILLI, 2 * SECOND);
    }

    @Test
    void senderWhoseClockStoodStillIsBelievedThoughAllOfItsMessagesGoInChunks() {
        long asked = sleepOfSender();
        clock.onPong(asked, true);
        long next = asked + 2 * MILLI;
        assertThat(next - clock.onSentAtInChunks((2 * SECOND + 2 * MILLI) / MICRO, next))
                .isBetween(0L, 2 * MILLI);
    }

    @Test
    void whatWentInChunksSaysNothingOfThoseThatFollow() {
        age(SECOND, MILLI);
        age(9 * SECOND, MILLI);
        long lastSentAt = clock.lastSentAt();
        assertThat(ageInChunks(2 * SECOND, 8 * SECOND)).isGreaterThan(7 * SECOND);
        assertThat(clock.lastSentAt()).isEqualTo(lastSentAt);
    }

    @Test
    void answerBoundsTheClocksFromBothSides() {
        // The answer takes a second, of which the question took a tenth: the clocks differ by no more than that allows.
        long asked = SECOND + APART - 100 * MILLI;
        clock.onReading(SECOND / MICRO, asked, asked + SECOND);
        assertThat(age(10 * SECOND, 950 * MILLI)).isBetween(50 * MILLI - 2 * MILLI, 50 * MILLI);
        // The sender's clock stands still for a minute, which the next answer tells.
        long later = 20 * SECOND + APART + 60 * SECOND;
        clock.onReading(20 * SECOND / MICRO, later - MILLI, later + MILLI);
        long sent = 21 * SECOND;
        long arrived = sent + APART + 60 * SECOND + 5 * SECOND;
        assertThat(arrived - clock.onSentAt(sent / MICRO, arrived))
                .isBetween(5 * SECOND - 2 * MILLI, 5 * SECOND + MILLI);
    }

    @Test
    void answersThatAreAlwaysLateMakeNothingLookYoung() {
        clock.onReading(SECOND / MICRO, SECOND + APART - MILLI, SECOND + APART + MILLI);
        for (long sent = 2 * SECOND; sent < 100 * SECOND; sent += SECOND) {
            clock.onReading(sent / MICRO, sent + APART - 3 * SECOND, sent + APART + 3 * SECOND);
        }
        assertThat(age(100 * SECOND, 3 * SECOND)).isBetween(3 * SECOND - 25 * MILLI, 3 * SECOND);
    }

    @Test
    void noNumberIsTooLarge() {
        for (long micros : new long[] {Long.MIN_VALUE, -1, 1, Long.MAX_VALUE, Long.MAX_VALUE / MICRO}) {
            long now = 5 * SECOND;
            assertThat(now - new LinkClock().onSentAt(micros, now)).isZero();
            assertThat(now - clock.onSentAt(micros, now)).isGreaterThanOrEqualTo(0);
        }
    }
}
