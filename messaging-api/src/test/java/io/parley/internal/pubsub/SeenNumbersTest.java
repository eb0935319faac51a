package io.parley.internal.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.internal.wire.Control.LastNumber;
import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.Topics.Ask;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeenNumbersTest {

    private final SeenNumbers seen = new SeenNumbers("");
    private final List<String> told = new ArrayList<>();
    private boolean isFull;

    private boolean tell(String subject, long lastSeen, long missedUpTo) {
        return !isFull && told.add(subject + " " + lastSeen + "-" + missedUpTo);
    }

    private boolean event(String subject, long number, long previous) {
        boolean isNext = seen.isNext(subject, number, previous, this::tell);
        if (isNext) {
            seen.onSeen(number);
        }
        return isNext;
    }

    private boolean numbers(long from, long upTo, LastNumber... last) {
        var speaker = new PeerId(1, "press", "press-1");
        return seen.onNumbers(
                new Numbers(speaker, "press/news", false, false, false, from, upTo, List.of(last)), this::tell);
    }

    @Test
    void gapBeforeAFirstEventWaitsUntilItIsSettledWhatCounts() {
        assertThat(event("a", 5, 3)).isTrue();
        assertThat(event("b", 6, 2)).isTrue();
        assertThat(event("a", 9, 7)).isTrue();
        assertThat(told).containsExactly("a 5-7");
        seen.settle(2, this::tell);
        assertThat(told).containsExactly("a 5-7", "a 2-3");
    }

    @Test
    void gapIsReportedOnceWithItsBounds() {
        seen.settle(0, this::tell);
        event("a", 1, 0);
        assertThat(numbers(0, 4, new LastNumber("a", 3), new LastNumber("b", 4)))
                .isTrue();
        assertThat(told).containsExactly("a 1-3", "b 0-4");
        assertThat(numbers(0, 4, new LastNumber("a", 3), new LastNumber("b", 4)))
                .isTrue();
        event("a", 5, 3);
        event("b", 7, 6);
        assertThat(told).containsExactly("a 1-3", "b 0-4", "b 4-6");
    }

    @Test
    void numbersSayNothingOfSubjectsThatHaveHadAnotherEventSince() {
        seen.settle(0, this::tell);
        // Of "a", 2 and 4 were published and lost; up to 3, it is not told of, as its last event is 4.
        assertThat(numbers(0, 3, new LastNumber("b", 3))).isTrue();
        event("a", 5, 4);
        assertThat(told).containsExactly("b 0-3", "a 0-4");
    }

    @Test
    void numbersThatDoNotBeginWhereKnowledgeEndsAreWorthAQuestion() {
        seen.settle(10, this::tell);
        assertThat(numbers(10, 12)).isTrue();
        assertThat(seen.after()).isEqualTo(12);
        assertThat(numbers(15, 17, new LastNumber("a", 16))).isFalse();
        assertThat(told).containsExactly("a 10-16");
        assertThat(seen.after()).isEqualTo(12);
        assertThat(numbers(12, 17, new LastNumber("b", 13), new LastNumber("a", 16)))
                .isTrue();
        assertThat(told).containsExactly("a 10-16", "b 10-13");
        assertThat(seen.after()).isEqualTo(17);
    }

    @Test
    void gapThatFindsNoRoomIsToldLater() {
        seen.settle(0, this::tell);
        isFull = true;
        assertThat(event("a", 3, 2)).isFalse();
        assertThat(numbers(0, 3, new LastNumber("a", 3))).isFalse();
        assertThat(seen.after()).isZero();
        isFull = false;
        assertThat(numbers(0, 3, new LastNumber("a", 3))).isTrue();
        assertThat(told).containsExactly("a 0-3");
    }

    @Test
    void eventThatWasToldAsMissedIsNotTakenAnyMore() {
        seen.settle(0, this::tell);
        numbers(0, 3, new LastNumber("a", 3));
        assertThat(event("a", 3, 0)).isFalse();
        assertThat(event("a", 4, 3)).isTrue();
        assertThat(event("a", 4, 3)).isFalse();
    }

    @Test
    void publisherThatHasForgottenItsSubjectsLeavesAGapWithoutANameOnlyIfSomethingWasMissed() {
        seen.settle(0, this::tell);
        for (long number = 1; number <= 10; number++) {
            event("s" + number, number, 0);
        }
        seen.onForgotten(8, this::tell);
        assertThat(told).isEmpty();
        assertThat(seen.after()).isEqualTo(8);
        event("s12", 12, 0);
        seen.onForgotten(12, this::tell);
        assertThat(told).containsExactly(" 8-12");
    }

    @Test
    void whatWasSettledForNowIsToldAsMissedOnceItIsSettledAnew() {
        event("a", 6, 3);
        event("b", 7, 0);
        event("c", 8, 5);
        seen.settleForNow(4, this::tell);
        event("d", 9, 2);
        event("e", 10, 0);
        event("f", 12, 11);
        assertThat(told).containsExactly("c 4-5", "f 4-11");
        seen.reopen();
        assertThat(seen.after()).isEqualTo(Ask.NOTHING);
        event("g", 13, 1);
        seen.settle(0, this::tell);
        assertThat(told).hasSize(5).contains("a 0-3", "d 0-2", "g 0-1");
        assertThat(numbers(0, 13, new LastNumber("h", 4), new LastNumber("g", 13)))
                .isTrue();
        seen.reopen();
        seen.settle(0, this::tell);
        assertThat(told).hasSize(6).contains("h 0-4");
    }

    @Test
    void whatIsSettledAnewCountsFromNoLaterThanBefore() {
        seen.settleForNow(4, this::tell);
        seen.reopen();
        seen.settle(9, this::tell);
        assertThat(numbers(4, 6, new LastNumber("a", 6))).isTrue();
        assertThat(told).containsExactly("a 4-6");
    }

    @Test
    void nothingIsKnownBeforeItIsSettled() {
        assertThat(seen.after()).isEqualTo(Ask.NOTHING);
        assertThat(numbers(0, 3, new LastNumber("a", 3))).isFalse();
        assertThat(told).isEmpty();
        seen.settle(2, this::tell);
        assertThat(seen.after()).isEqualTo(2);
    }
}
