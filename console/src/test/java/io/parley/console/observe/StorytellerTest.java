package io.parley.console.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.flow.Contents;
import io.parley.console.flow.Flow;
import io.parley.observe.FlowStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stories from recordings whose clocks are apart, and which do not say all. */
class StorytellerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String CUSTOMER = "customer/c";
    private static final String ORDERS = "orders/o";

    private final List<Answer> answers = new ArrayList<>();

    /** A peer whose wall clock is ahead by this much, and which answered within 10 ms. */
    private final class Recording {

        private final String peer;
        private final Duration ahead;
        private final long origin;
        private final List<Flow> flows = new ArrayList<>();

        Recording(String peer, Duration ahead, long origin) {
            this.peer = peer;
            this.ahead = ahead;
            this.origin = origin;
        }

        /** @param micros since one second before the question */
        Recording step(FlowStep step, long micros, String id, String cause, String from, String to) {
            return step(step, micros, id, cause, from, to, "");
        }

        Recording step(FlowStep step, long micros, String id, String cause, String from, String to, String detail) {
            Instant at = NOW.minusSeconds(1).plusNanos(micros * 1_000).plus(ahead);
            flows.add(new Flow(
                    step,
                    at,
                    origin + micros * 1_000,
                    peer,
                    "orders/place",
                    "request",
                    "command",
                    "PlaceOrder",
                    id,
                    "talk",
                    cause,
                    from,
                    to,
                    1,
                    0,
                    10,
                    1,
                    detail,
                    Contents.NONE));
            return this;
        }

        Recording step(FlowStep step, long micros) {
            return step(step, micros, "1", "", CUSTOMER, ORDERS);
        }

        /** @param early how much earlier than the middle between question and answer it answered */
        void answer(Duration early) {
            Instant askedAt = NOW;
            Instant answeredAt = NOW.plusMillis(10);
            Instant at = NOW.plusMillis(5).minus(early);
            long nanoTime = origin + Duration.between(NOW.minusSeconds(1), at).toNanos();
            answers.add(new Answer(
                    peer,
                    at.plus(ahead),
                    nanoTime,
                    askedAt,
                    answeredAt,
                    false,
                    NOW.minusSeconds(3600).plus(ahead),
                    false,
                    0,
                    List.copyOf(flows)));
        }
    }

    private Story tell() {
        return new Storyteller("talk", answers).tell(List.of());
    }

    private static List<String> steps(Story story) {
        return story.steps().stream()
                .map(step -> step.flow().step() + " " + step.flow().peer())
                .toList();
    }

    private void exchange(Duration ahead, Duration early) {
        new Recording(CUSTOMER, Duration.ZERO, 77)
                .step(FlowStep.SENT, 0)
                .step(FlowStep.ANSWERED, 900)
                .answer(Duration.ZERO);
        new Recording(ORDERS, ahead, 5_000_000_000L)
                .step(FlowStep.RECEIVED, 200)
                .step(FlowStep.BEGUN, 300)
                .step(FlowStep.HANDLED, 600)
                .step(FlowStep.REPLIED, 610)
                .answer(early);
    }

    private static final List<String> ORDERED = List.of(
            "SENT customer/c",
            "RECEIVED orders/o",
            "BEGUN orders/o",
            "HANDLED orders/o",
            "REPLIED orders/o",
            "ANSWERED customer/c");

    @Test
    void aClockThatIsHoursAheadDoesNotMatter() {
        exchange(Duration.ofHours(3), Duration.ZERO);

        Story story = tell();

        assertThat(steps(story)).isEqualTo(ORDERED);
        assertThat(story.steps().get(5).nanos()).isEqualTo(900_000);
        assertThat(story.skews())
                .extracting(Story.Skew::peer, Story.Skew::ahead, Story.Skew::doubt)
                .contains(org.assertj.core.groups.Tuple.tuple(ORDERS, Duration.ofHours(3), Duration.ofMillis(5)));
        assertThat(story.begin()).isEqualTo(NOW.minusSeconds(1));
    }

    @Test
    void whatTheClocksLeaveInDoubtIsOrderedByCause() {
        for (Duration early : List.of(Duration.ofMillis(4), Duration.ofMillis(-4))) {
            answers.clear();
            exchange(Duration.ofSeconds(-7), early);

            Story story = tell();

            assertThat(steps(story)).as("answered early by " + early).isEqualTo(ORDERED);
            assertThat(story.skews().get(1).ahead()).isNotEqualTo(Duration.ofSeconds(-7));
        }
    }

    @Test
    void aHandlerFailsBeforeItsFaultGoesBack() {
        new Recording(ORDERS, Duration.ZERO, 0)
                .step(FlowStep.REPLIED, 600)
                .step(FlowStep.FAULTED, 600)
                .answer(Duration.ZERO);

        assertThat(steps(tell())).containsExactly("FAULTED orders/o", "REPLIED orders/o");
    }

    @Test
    void receiversOfTheSameMessageNeedNotTakeTheirStepsAtOnce() {
        new Recording(ORDERS, Duration.ZERO, 0)
                .step(FlowStep.RECEIVED, 100)
                .step(FlowStep.HANDLED, 200)
                .answer(Duration.ZERO);
        new Recording("orders/p", Duration.ZERO, 5_000_000_000L)
                .step(FlowStep.RECEIVED, 500)
                .step(FlowStep.HANDLED, 900)
                .answer(Duration.ZERO);

        Story story = tell();

        assertThat(story.skews()).extracting(Story.Skew::ahead).containsOnly(Duration.ZERO);
        assertThat(story.begin()).isEqualTo(NOW.minusSeconds(1).plusNanos(100_000));
    }

    @Test
    void aMessageThatWasAnsweredIsWithoutTrouble() {
        exchange(Duration.ZERO, Duration.ZERO);

        assertThat(tell().messages()).singleElement().satisfies(sent -> {
            assertThat(sent.isTrouble()).isFalse();
            assertThat(sent.missing()).isEmpty();
            assertThat(sent.outcome()).isEqualTo("answered");
            assertThat(sent.to()).containsExactly(ORDERS);
        });
    }

    @Test
    void aMessageCausedByAnotherStandsBelowIt() {
        exchange(Duration.ZERO, Duration.ZERO);
        new Recording(ORDERS, Duration.ZERO, 5_000_000_000L)
                .step(FlowStep.SENT, 400, "2", "1", ORDERS, "payment/p")
                .answer(Duration.ZERO);

        assertThat(tell().messages())
                .extracting(Story.Sent::id, Story.Sent::depth)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("1", 0), org.assertj.core.groups.Tuple.tuple("2", 1));
        assertThat(tell().doubts()).containsExactly("nobody could ask payment/p");
        assertThat(tell().messages().get(1).missing())
                .containsExactly(
                        "whether it arrived is not known: payment/p did not answer", "no reply has come to " + ORDERS);
    }

    @Test
    void messagesThatCauseEachOtherAreToldAllTheSame() {
        new Recording(CUSTOMER, Duration.ZERO, 0)
                .step(FlowStep.SENT, 1, "1", "2", CUSTOMER, ORDERS)
                .step(FlowStep.SENT, 2, "2", "1", CUSTOMER, ORDERS)
                .answer(Duration.ZERO);

        assertThat(tell().messages()).hasSize(2);
    }

    @Test
    void whatWasNeverReceivedIsSaid() {
        new Recording(CUSTOMER, Duration.ZERO, 0).step(FlowStep.SENT, 1).answer(Duration.ZERO);
        new Recording(ORDERS, Duration.ZERO, 0).answer(Duration.ZERO);

        assertThat(tell().messages().get(0).missing())
                .containsExactly("it has not arrived at " + ORDERS, "no reply has come to " + CUSTOMER);
    }

    @Test
    void whatWaitsBeforeItsHandlerIsSaid() {
        new Recording(CUSTOMER, Duration.ZERO, 0).step(FlowStep.SENT, 1).answer(Duration.ZERO);
        new Recording(ORDERS, Duration.ZERO, 0).step(FlowStep.RECEIVED, 9).answer(Duration.ZERO);

        assertThat(tell().messages().get(0).missing()).contains("at " + ORDERS + " its handler has not begun");
    }

    @Test
    void aLateReplyIsTroubleAndSaidToBeLate() {
        exchange(Duration.ZERO, Duration.ZERO);
        answers.remove(0);
        new Recording(CUSTOMER, Duration.ZERO, 77)
                .step(FlowStep.SENT, 0)
                .step(FlowStep.TIMED_OUT, 500)
                .step(FlowStep.DROPPED, 950, "1", "", ORDERS, CUSTOMER, "late reply, dropped")
                .answer(Duration.ZERO);

        Story.Sent sent = tell().messages().get(0);
        assertThat(sent.isTrouble()).isTrue();
        assertThat(sent.missing()).containsExactly("its reply came to " + CUSTOMER + " too late, and was dropped");
    }

    @Test
    void thatNoReplyCameInTimeIsSaid() {
        new Recording(CUSTOMER, Duration.ZERO, 0)
                .step(FlowStep.SENT, 1)
                .step(FlowStep.TIMED_OUT, 500)
                .answer(Duration.ZERO);
        new Recording(ORDERS, Duration.ZERO, 0)
                .step(FlowStep.RECEIVED, 9)
                .step(FlowStep.BEGUN, 12)
                .answer(Duration.ZERO);

        assertThat(tell().messages().get(0).missing())
                .containsExactly(
                        "at " + ORDERS + " its handler has not ended",
                        "no reply has come to " + CUSTOMER + " before the deadline");
    }

    @Test
    void thatNoReplyCameFromOneThatIsGoneIsSaid() {
        new Recording(CUSTOMER, Duration.ZERO, 0)
                .step(FlowStep.SENT, 1)
                .step(FlowStep.LINK_LOST, 500)
                .answer(Duration.ZERO);

        assertThat(tell().messages().get(0).missing())
                .containsExactly(
                        "whether it arrived is not known: " + ORDERS + " did not answer",
                        "no reply has come to " + CUSTOMER + ", as the link was lost");
    }

    @Test
    void whatWasDroppedIsSaidToBeAndWhy() {
        new Recording(CUSTOMER, Duration.ZERO, 0)
                .step(FlowStep.SENT, 1)
                .step(FlowStep.DROPPED, 500, "1", "", CUSTOMER, ORDERS, "given up by the caller")
                .answer(Duration.ZERO);
        new Recording(ORDERS, Duration.ZERO, 0)
                .step(FlowStep.RECEIVED, 9)
                .step(FlowStep.DROPPED, 600, "1", "", CUSTOMER, ORDERS, "cancelled by the caller")
                .answer(Duration.ZERO);

        assertThat(tell().messages().get(0).missing())
                .containsExactly(
                        "at " + CUSTOMER + " it was dropped: given up by the caller",
                        "at " + ORDERS + " it was dropped: cancelled by the caller");
    }

    @Test
    void anAnswerThatIsOneTooManyIsSaidToBeDropped() {
        exchange(Duration.ZERO, Duration.ZERO);
        new Recording(CUSTOMER, Duration.ZERO, 77)
                .step(FlowStep.DROPPED, 950, "1", "", ORDERS, CUSTOMER, "second reply, dropped")
                .answer(Duration.ZERO);

        assertThat(tell().messages().get(0).missing())
                .containsExactly("at " + CUSTOMER + " an answer to it was dropped: second reply, dropped");
    }

    @Test
    void peersThatDidNotAnswerAreNamed() {
        Story story = new Storyteller("talk", answers).tell(List.of("payment/p"));

        assertThat(story.isKnown()).isFalse();
        assertThat(story.doubts()).containsExactly("no answer from payment/p");
    }
}
