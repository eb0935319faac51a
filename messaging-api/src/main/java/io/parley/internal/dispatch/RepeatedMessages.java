package io.parley.internal.dispatch;

import io.parley.internal.lane.Lane;
import io.parley.internal.recorder.Choice;
import io.parley.internal.wire.RepeatedEnvelopes;
import io.parley.observe.FlowStep;

/**
 * Messages of one frame that repeat each other, on their way to a handler: each is made by the thread that handles it, which then has it
 * near by. Thread-safe.
 */
final class RepeatedMessages implements Lane.Tasks {

    private final RepeatedEnvelopes repeats;
    /** That of the first among the one-way messages of its link; 0 for others. */
    private final long firstNumber;

    private final long arrivedNanos;
    private final long countsFrom;
    /** Which of them are watched. */
    private final Choice choice;

    /** @param firstNumber that of the first among the one-way messages of its link; 0 for others */
    RepeatedMessages(ChannelTarget to, ReplyPath origin, RepeatedEnvelopes repeats, long firstNumber) {
        this.firstNumber = firstNumber;
        this.repeats = repeats;
        arrivedNanos = to.core.time.nanoTime();
        countsFrom = origin.countsFrom(to.core, arrivedNanos);
        choice = to.isReserved ? Choice.NONE : to.core.flows.choice();
    }

    /** They have arrived, and wait for their handler. Called in the I/O context. */
    void recordReceived() {
        for (int i = 0; i < repeats.count(); i++) {
            if (choice.keeps(repeats.sequence(i))) {
                made(i).record(FlowStep.RECEIVED, arrivedNanos, 0, null);
            }
        }
    }

    @Override
    public InboundMessage task(int index) {
        return made(index);
    }

    private InboundMessage made(int index) {
        var earlier = (InboundMessage) repeats.earlier();
        InboundMessage message = earlier.another(earlier.head, repeats.id(index));
        repeats.fill(message, index);
        message.oneWayNumber(firstNumber == 0 ? 0 : firstNumber + index);
        if (choice.keeps(message.id.sequence())) {
            message.watch(arrivedNanos);
        }
        message.countFrom(countsFrom);
        return message;
    }
}
