package io.parley.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import org.junit.jupiter.api.Test;

class SentAtTest {

    private static final long MILLI = 1_000;
    private static final SharedFields HEAD =
            SharedFields.of(EnvelopeKind.SURVEY).on("a/b");

    private final SentAt ages = new SentAt();

    /** What a message says that was reckoned then, and is written next. */
    private long said(long reckonedAt) {
        var message = new WireMessage(HEAD, new MessageId(1, 1));
        message.remaining(1_000, reckonedAt);
        ages.before(message);
        ages.after(message);
        return message.sentAt();
    }

    @Test
    void isSaidOncePerMillisecond() {
        assertThat(said(10 * MILLI)).isEqualTo(10_000);
        assertThat(said(10 * MILLI + 1)).isZero();
        assertThat(said(11 * MILLI - 1)).isZero();
        assertThat(said(11 * MILLI)).isEqualTo(11_000);
    }

    @Test
    void messageWhoseSenderStoodStillSaysItOfItselfAlone() {
        assertThat(said(5_000 * MILLI)).isEqualTo(5_000_000);
        assertThat(said(2 * MILLI)).as("reckoned long before").isEqualTo(2_000);
        assertThat(said(5_000 * MILLI + 1)).as("holds still").isZero();
        assertThat(said(5_001 * MILLI)).isEqualTo(5_001_000);
    }

    @Test
    void isSaidAnewInEachFrame() {
        assertThat(said(10 * MILLI)).isEqualTo(10_000);
        ages.forget();
        assertThat(said(10 * MILLI + 1)).isEqualTo(10_001);
    }

    @Test
    void messageWithoutADeadlineSaysNothing() {
        var message = new WireMessage(HEAD, new MessageId(1, 1));
        ages.before(message);
        ages.after(message);
        assertThat(message.sentAt()).isZero();
        assertThat(said(MILLI)).isEqualTo(1_000);
    }
}
