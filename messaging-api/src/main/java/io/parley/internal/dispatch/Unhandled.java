package io.parley.internal.dispatch;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.internal.recorder.FlightRecorder;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.SharedFields;
import io.parley.message.MessageId;
import org.jspecify.annotations.Nullable;

/** A message for which this peer has no handler. As {@link InboundMessage}. */
public final class Unhandled extends InboundMessage {

    private final Nobody to;
    /** Made when a step is told. */
    private @Nullable ChannelName named;

    /** In place of a handler. Thread-safe. */
    public static final class Nobody extends HandlerTarget {

        public Nobody(PeerContext core, InteractionStyle style) {
            super(core, FlightRecorder.OTHERS, style);
        }

        @Override
        public InboundMessage received(ReplyPath origin, SharedFields head, MessageId id) {
            return new Unhandled(this, origin, head, id);
        }
    }

    private Unhandled(Nobody to, ReplyPath origin, SharedFields head, MessageId id) {
        super(origin, head, id);
        this.to = to;
    }

    @Override
    public HandlerTarget to() {
        return to;
    }

    @Override
    public InboundMessage another(SharedFields head, MessageId id) {
        return to.received(origin(), head, id);
    }

    /** As its sender says, if that can be a channel's name at all. Steps are told of it, and none are counted. */
    @Override
    ChannelName channelName() {
        ChannelName known = named;
        if (known == null) {
            known = parsed(channel());
            named = known;
        }
        return known;
    }

    private static ChannelName parsed(@Nullable String text) {
        if (text == null) {
            return FlightRecorder.OTHERS;
        }
        try {
            return ChannelName.parse(text);
        } catch (IllegalArgumentException e) {
            // Whoever reads of the refusal finds the text in its detail.
            return FlightRecorder.OTHERS;
        }
    }

    @Override
    public void run() {
        throw new IllegalStateException("Nobody handles " + channel());
    }
}
