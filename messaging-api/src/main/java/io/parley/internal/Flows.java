package io.parley.internal;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.observe.FlowEvent;
import io.parley.observe.FlowStep;
import io.parley.observe.FlowTap;
import io.parley.time.TimeSource;
import org.jspecify.annotations.Nullable;

/** Tells the flow tap, if there is one. Thread-safe. */
final class Flows {

    private final @Nullable FlowTap tap;
    private final TimeSource time;
    private final Complaints complaints;

    /** What is known of a message before its steps: who, on which channel. */
    record Subject(
            ChannelName channel,
            Style style,
            @Nullable String type,
            MessageId id,
            String correlation,
            String from,
            String to) {}

    Flows(@Nullable FlowTap tap, TimeSource time, Complaints complaints) {
        this.tap = tap;
        this.time = time;
        this.complaints = complaints;
    }

    /** Whether anybody looks; if not, a caller can spare itself the making of a {@link Subject}. */
    boolean isOn() {
        return tap != null;
    }

    static Subject subject(ChannelName channel, Style style, WireMessage message, String from, String to) {
        return new Subject(channel, style, message.head.type(), message.id, message.correlationOrId(), from, to);
    }

    void tell(FlowStep step, Subject subject, long elapsedNanos, @Nullable String detail) {
        if (tap == null) {
            return;
        }
        try {
            tap.onFlow(new FlowEvent(
                    step,
                    time.wallClock(),
                    subject.channel,
                    subject.style,
                    subject.type == null ? "" : subject.type,
                    subject.id,
                    subject.correlation,
                    subject.from,
                    subject.to,
                    elapsedNanos,
                    detail));
        } catch (RuntimeException e) {
            complaints.complain("tap", "The flow tap failed", e);
        }
    }
}
