package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.transport.MemoryBudget;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnfinishedOneWaysTest {

    private static final long SENDER = 7;

    private final MemoryBudget budget = MemoryBudget.of(10_000);
    private final UnfinishedOneWays unfinished = new UnfinishedOneWays(budget);

    private static WireMessage oneWay(long sequence, int size) {
        return new WireMessage(SharedFields.of(EnvelopeKind.ONE_WAY).on("a/b"), new MessageId(SENDER, sequence))
                .payload(new byte[size]);
    }

    private void send(int size, long... sequences) {
        var writer = new FrameWriter();
        var tally = new PackedFrame.Tally();
        tally.begin(0);
        for (long sequence : sequences) {
            WireMessage request = new WireMessage(
                    SharedFields.of(EnvelopeKind.REQUEST).on("a/ask"), new MessageId(SENDER, 1000 + sequence));
            request.remaining(5);
            writer.append(request);
            writer.append(oneWay(sequence, size));
            tally.add(sequence);
        }
        PackedFrame.OneWays oneWays = tally.take();
        if (oneWays != null) {
            unfinished.onSent(writer.take(), oneWays);
        }
    }

    private boolean finished(long first, int count) {
        return unfinished.onFinished(new Control.Finished(List.of(first), List.of(count)));
    }

    private List<Long> rest() {
        return unfinished.end(0).messages().stream()
                .map(message -> message.id.sequence())
                .toList();
    }

    @Test
    void thoseThatWereNotFinishedAreLeftInTheOrderInWhichTheyWereSent() {
        send(10, 11, 12, 13);
        send(10, 14, 15);
        send(10, 16, 17, 18);
        assertThat(finished(2, 1)).isTrue();
        assertThat(finished(4, 3)).isTrue();
        assertThat(finished(8, 1)).isTrue();
        assertThat(rest()).containsExactly(11L, 13L, 17L);
        assertThat(budget.reserved()).isZero();
        assertThat(unfinished.isEmpty()).isTrue();
    }

    @Test
    void framesWhoseMessagesAreAllFinishedAreNotKept() {
        send(1000, 1, 2, 3);
        long one = budget.reserved();
        send(1000, 4, 5, 6);
        finished(4, 3);
        assertThat(budget.reserved()).isEqualTo(one);
        finished(1, 2);
        assertThat(budget.reserved()).isEqualTo(one);
        finished(3, 1);
        assertThat(budget.reserved()).isZero();
        assertThat(unfinished.isEmpty()).isTrue();
    }

    @Test
    void oneThatTakesItsTimeKeepsNothingOfThoseAfterIt() {
        for (int i = 1; i <= 5000; i++) {
            send(1, i);
            if (i > 1) {
                assertThat(finished(i, 1)).isTrue();
            }
        }
        assertThat(budget.reserved()).isLessThan(400);
        assertThat(rest()).containsExactly(1L);
    }

    @Test
    void beyondTheBudgetOnlyTheNumberIsKnown() {
        send(4000, 1, 2);
        send(4000, 3, 4);
        finished(2, 1);
        finished(4, 1);
        UnfinishedOneWays.Rest rest = unfinished.end(0);
        assertThat(rest.messages()).singleElement().satisfies(message -> assertThat(message.id.sequence())
                .isEqualTo(1));
        assertThat(rest.beyond()).isEqualTo(1);
        assertThat(budget.reserved()).isZero();
    }

    @Test
    void whoNeverFinishesCostsNoMoreThanTheBudget() {
        for (int i = 1; i <= 100_000; i++) {
            send(10, i);
        }
        assertThat(budget.reserved()).isLessThanOrEqualTo(budget.capacity());
        // What there was no record of counts down all the same.
        assertThat(finished(50_001, 50_000)).isTrue();
        UnfinishedOneWays.Rest rest = unfinished.end(0);
        assertThat(rest.messages())
                .as("as what is known of a frame is paid for too")
                .hasSizeBetween(1, 50);
        assertThat(rest.messages().size() + rest.beyond()).isEqualTo(50_000);
        assertThat(budget.reserved()).isZero();
    }

    @Test
    void finishedNumberOfARefusedMessageIsNoneOfThoseWithoutARecord() {
        send(10, 1);
        int sent = 1;
        while (budget.available() >= 200) {
            send(10, ++sent);
        }
        send(10, ++sent, ++sent, ++sent);
        assertThat(unfinished.takeRefused(new MessageId(SENDER, 1), 0)).isNotNull();
        assertThat(finished(2, sent - 4)).isTrue();
        assertThat(finished(1, 1)).as("which was refused and is forgotten").isTrue();
        assertThat(unfinished.isEmpty()).isFalse();
        assertThat(unfinished.end(0).beyond()).isEqualTo(3);
    }

    @Test
    void refusedMessageIsTakenOutOnce() {
        send(10, 1, 3, 2);
        unfinished.onSent(oneWay(4, 20), 0);
        assertThat(unfinished.takeRefused(new MessageId(SENDER, 2), 0)).isNotNull();
        assertThat(unfinished.takeRefused(new MessageId(SENDER, 2), 0)).isNull();
        assertThat(unfinished.takeRefused(new MessageId(SENDER, 1002), 0)).isNull();
        assertThat(unfinished.takeRefused(new MessageId(SENDER, 4), 0)).isNotNull();
        assertThat(finished(3, 1)).isTrue();
        assertThat(rest()).containsExactly(1L, 3L);
    }

    @Test
    void moreThanWasSentCannotBeFinished() {
        send(10, 1, 2);
        assertThat(finished(2, 2)).isFalse();
        assertThat(finished(3, 1)).isFalse();
        assertThat(finished(1, 2)).isTrue();
    }

    @Test
    void timeThatHasPassedIsTakenOffTheDeadline() {
        WireMessage message = oneWay(1, 10);
        message.remaining(500);
        unfinished.onSent(message, 0);
        WireMessage refused = unfinished.takeRefused(message.id, 200_000_000);
        assertThat(refused).isNotNull();
        assertThat(refused == null ? -1 : refused.remaining()).isEqualTo(300);
    }
}
