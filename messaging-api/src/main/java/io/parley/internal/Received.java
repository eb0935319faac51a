package io.parley.internal;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.failure.FaultCode;
import io.parley.failure.TooLargeException;
import io.parley.failure.UnencodableException;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.observe.FlowStep;
import org.jspecify.annotations.Nullable;

/** A message that arrived, on its way to a handler. Immutable. */
record Received(Core core, ChannelName channel, Style style, WireMessage message, Headers headers, Origin origin) {

    /** Whether its deadline leaves time to begin. */
    boolean isInTime() {
        return headers.deadline().map(deadline -> !deadline.hasPassed()).orElse(true);
    }

    WireMessage answer(EnvelopeKind kind) {
        var answer = new WireMessage(kind, core.nextId());
        answer.inReplyTo = message.id;
        answer.correlation = message.correlationOrId();
        answer.causation = message.id;
        return answer;
    }

    /** Tells the sender that handling did not begin. */
    void refuse(FaultCode code, String text) {
        core.counters.refusals.increment();
        fault(code, null, text);
    }

    /** Answers with a fault, with as much in it as can be sent; false if there is no way back. */
    boolean fault(FaultCode code, @Nullable String name, String text) {
        try {
            return origin.answer(fault(code, name, Faults.payload(text)));
        } catch (UnencodableException e) {
            // The handler's own code is not one that the wire can hold.
            return name != null && fault(code, null, text);
        } catch (TooLargeException e) {
            // The other side takes but very small frames.
            return (name != null || !text.isEmpty()) && fault(code, null, "");
        }
    }

    private WireMessage fault(FaultCode code, @Nullable String name, byte[] text) {
        WireMessage fault = answer(EnvelopeKind.FAULT);
        fault.fault = code.wireValue();
        fault.faultName = name;
        fault.contentType = "text/plain;charset=utf-8";
        return fault.payload(text);
    }

    void tell(FlowStep step, long elapsedNanos, @Nullable String detail) {
        if (core.flows.isOn()) {
            String from = headers.sender().map(Object::toString).orElse("");
            core.flows.tell(
                    step, Flows.subject(channel, style, message, from, core.name.toString()), elapsedNanos, detail);
        }
    }
}
