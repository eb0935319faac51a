package io.parley.internal.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.channel.ChannelName;
import io.parley.failure.FaultCode;
import io.parley.failure.FaultedException;
import io.parley.failure.LinkLostException;
import io.parley.failure.NoInstanceException;
import io.parley.failure.RefusedException;
import io.parley.failure.TimedOutException;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FaultsTest {

    private static final ChannelName CHANNEL = ChannelName.parse("orders/place");

    private static WireMessage fault(int code, @Nullable String name, String text) {
        var fault = new WireMessage(SharedFields.of(EnvelopeKind.FAULT), new MessageId(1, 1));
        fault.details().fault = code;
        fault.details().faultName = name;
        return fault.payload(text.getBytes(UTF_8));
    }

    private static WireMessage fault(FaultCode code, String text) {
        return fault(code.wireValue(), null, text);
    }

    @Test
    void codesAreReadAsTheyAreWritten() {
        for (FaultCode code : FaultCode.values()) {
            assertThat(Faults.code(code.wireValue())).isEqualTo(code);
        }
    }

    @Test
    void unknownCodeIsTakenForThePlainestOfItsGroup() {
        assertThat(Faults.code(31)).isEqualTo(FaultCode.BUSY);
        assertThat(Faults.code(63)).isEqualTo(FaultCode.HANDLER_FAILED);
        assertThat(Faults.code(65)).isEqualTo(FaultCode.LINK_LOST);
    }

    @Test
    void eachGroupHasItsException() {
        assertThat(Faults.toException(fault(FaultCode.NO_INSTANCE, "nobody"), CHANNEL))
                .isInstanceOf(NoInstanceException.class);
        assertThat(Faults.toException(fault(FaultCode.LINK_LOST, "lost"), CHANNEL))
                .isInstanceOf(LinkLostException.class);
        assertThat(Faults.toException(fault(FaultCode.BUSY, ""), CHANNEL))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.code()).isEqualTo(FaultCode.BUSY);
                    assertThat(refused).hasMessage("orders/place refused: busy");
                });
        assertThat(Faults.toException(fault(32, "sold-out", "no more"), CHANNEL))
                .isInstanceOfSatisfying(FaultedException.class, faulted -> {
                    assertThat(faulted.code()).isEqualTo("sold-out");
                    assertThat(faulted).hasMessage("no more");
                });
        assertThat(Faults.toException(fault(FaultCode.UNSENDABLE_REPLY, ""), CHANNEL))
                .isInstanceOfSatisfying(FaultedException.class, faulted -> assertThat(faulted.code())
                        .isEqualTo("unsendable-reply"));
    }

    @Test
    void textOfAFaultIsCutAndMadeHarmless() {
        assertThat(Faults.text(fault(FaultCode.BUSY, "x".repeat(5_000)))).hasSize(2_000);
        assertThat(Faults.text(fault(FaultCode.BUSY, "\u001b[2J"))).doesNotContain("\u001b");
    }

    @Test
    void textOfAHandlerIsCutAndHasNoNul() {
        assertThat(Faults.payload("x".repeat(5_000))).hasSize(2_000);
        assertThat(new String(Faults.payload("a\0b"), UTF_8)).isEqualTo("a b");
    }

    @Test
    void nameThatTheWireCannotHoldIsLeftOut() {
        assertThat(Faults.sendableName("sold-out")).isEqualTo("sold-out");
        assertThat(Faults.sendableName("x".repeat(300))).isNull();
        assertThat(Faults.sendableName(null)).isNull();
    }

    @Test
    void flowShowsAFailureByItsKind() {
        assertThat(Faults.step(new TimedOutException("late"))).isEqualTo(FlowStep.TIMED_OUT);
        assertThat(Faults.step(new LinkLostException("lost"))).isEqualTo(FlowStep.LINK_LOST);
        assertThat(Faults.step(new FaultedException("code", "failed"))).isEqualTo(FlowStep.FAULTED);
        assertThat(Faults.step(new NoInstanceException("nobody"))).isEqualTo(FlowStep.REFUSED);
    }
}
