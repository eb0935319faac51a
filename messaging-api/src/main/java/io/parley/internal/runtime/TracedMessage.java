package io.parley.internal.runtime;

import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.observe.Tracing.Sent;
import org.jspecify.annotations.Nullable;

/** A message that this peer sends and that its tracing may follow. Filled once by the sending endpoint and only read afterwards. */
public final class TracedMessage extends WireMessage {

    private @Nullable Sent sent;

    public TracedMessage(SharedFields head, MessageId id) {
        super(head, id);
    }

    void sent(Sent sent) {
        this.sent = sent;
    }

    /** Returns the tracing's handle for {@code message}; null if it is not followed. */
    static @Nullable Sent sentOf(WireMessage message) {
        return message instanceof TracedMessage traced ? traced.sent : null;
    }
}
