package io.parley.internal.convert;

import io.parley.channel.ChannelName;
import io.parley.failure.FaultCode;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.failure.InterruptedCallException;
import io.parley.failure.LinkLostException;
import io.parley.failure.MessagingException;
import io.parley.failure.NoInstanceException;
import io.parley.failure.RefusedException;
import io.parley.failure.TimedOutException;
import io.parley.internal.wire.WireMessage;
import io.parley.observe.FlowStep;
import io.parley.text.PlainText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** FAULT envelopes and the exceptions that callers see for them. Stateless. */
public final class Faults {

    private static final int LAST_REFUSAL = 31;
    private static final int LAST_FAILURE = 63;
    private static final int LONGEST_TEXT = 2000;

    private Faults() {}

    public static boolean isRefusal(WireMessage fault) {
        return fault.fault() <= LAST_REFUSAL;
    }

    public static MessagingException toException(WireMessage fault, ChannelName channel) {
        FaultCode code = code(fault.fault());
        String text = text(fault);
        if (code == FaultCode.NO_INSTANCE) {
            return new NoInstanceException(text);
        }
        if (code == FaultCode.LINK_LOST) {
            return new LinkLostException(text);
        }
        if (isRefusal(fault)) {
            return new RefusedException(
                    code,
                    channel + " refused: " + (text.isEmpty() ? code.name().toLowerCase(java.util.Locale.ROOT) : text));
        }
        String name = fault.faultName() != null ? fault.faultName() : defaultName(code);
        return new FaultedException(name, text);
    }

    /** The fault's text for people, cut to a sane length and made harmless. */
    public static String text(WireMessage fault) {
        int length = Math.min(fault.payloadLength(), LONGEST_TEXT);
        return PlainText.of(new String(fault.octets(), fault.payloadOffset(), length, StandardCharsets.UTF_8));
    }

    /** The name, if the wire can hold it; else null, and the fault goes without. */
    public static @Nullable String sendableName(@Nullable String name) {
        return name != null && HandlerFault.isCode(name) ? name : null;
    }

    /** Cuts what a handler said to what a fault may carry, which is no NUL either. */
    public static byte[] payload(String text) {
        String cut = text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
        return cut.replace('\0', ' ').getBytes(StandardCharsets.UTF_8);
    }

    /** How a call's failure shows in the flow. */
    public static FlowStep step(MessagingException cause) {
        if (cause instanceof TimedOutException) {
            return FlowStep.TIMED_OUT;
        }
        if (cause instanceof LinkLostException) {
            return FlowStep.LINK_LOST;
        }
        if (cause instanceof InterruptedCallException) {
            return FlowStep.DROPPED;
        }
        return cause instanceof FaultedException ? FlowStep.FAULTED : FlowStep.REFUSED;
    }

    private static String defaultName(FaultCode code) {
        return code == FaultCode.UNSENDABLE_REPLY ? "unsendable-reply" : "handler-failed";
    }

    /** A code that this version does not know is taken for the plainest of its group. */
    public static FaultCode code(int wireValue) {
        for (FaultCode code : FaultCode.values()) {
            if (code.wireValue() == wireValue) {
                return code;
            }
        }
        if (wireValue <= LAST_REFUSAL) {
            return FaultCode.BUSY;
        }
        return wireValue <= LAST_FAILURE ? FaultCode.HANDLER_FAILED : FaultCode.LINK_LOST;
    }
}
