package io.parley.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.testkit.ManualTime;
import io.parley.time.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private final ManualTime time = new ManualTime();
    private final long epoch = time.nanoTime();
    private final WireMessage message = new WireMessage(SharedFields.of(EnvelopeKind.REQUEST), new MessageId(1, 1));

    private long remaining(Duration left, long least) {
        Deadlines.stamp(message, Deadline.after(left, time), least, time, epoch);
        return message.remaining();
    }

    @Test
    void remainderIsRoundedUpToMilliseconds() {
        assertThat(remaining(Duration.ofMillis(5), 0)).isEqualTo(5);
        assertThat(remaining(Duration.ofNanos(5_000_001), 0)).isEqualTo(6);
        assertThat(remaining(Duration.ofNanos(1), 0)).isEqualTo(1);
        assertThat(Deadlines.toMillis(Deadline.after(Duration.ofNanos(1), time)))
                .isEqualTo(1);
    }

    @Test
    void messageSaysAtLeastTheLeast() {
        assertThat(remaining(Duration.ZERO, 0)).isZero();
        assertThat(remaining(Duration.ZERO, 1)).isEqualTo(1);
    }

    @Test
    void messageSaysWhenTheRemainderWasReckoned() {
        time.advance(Duration.ofMillis(3));
        remaining(Duration.ofSeconds(1), 1);
        new SentAt().before(message);
        assertThat(message.sentAt()).isEqualTo(SentAt.micros(time.nanoTime(), epoch));
    }
}
