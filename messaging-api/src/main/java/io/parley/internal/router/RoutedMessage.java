package io.parley.internal.router;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.failure.NotSentException;
import io.parley.internal.convert.Faults;
import io.parley.internal.dispatch.HandlerTarget;
import io.parley.internal.dispatch.InboundMessage;
import io.parley.internal.dispatch.ReplyPath;
import io.parley.internal.link.InboundLink;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A message that a router handles itself: it passes the message on, or reads it as a guest's introduction. Confined to the I/O context. */
final class RoutedMessage extends InboundMessage {

    private final To to;
    private final @Nullable InboundLink from;
    /** The incarnation of the instance that has it in hand; 0 for none. */
    private long sentTo;

    /** Hands messages of one style to a part of the router. Confined to the I/O context. */
    static final class To extends HandlerTarget {

        /** Stands for all channels of other services. */
        private static final ChannelName ANY = new ChannelName("any", "any");

        private final Consumer<RoutedMessage> handler;

        /** @param handler is to call {@link InboundMessage#done} of each message once the message is over */
        To(PeerContext core, ChannelName channel, InteractionStyle style, Consumer<RoutedMessage> handler) {
            super(core, channel, style);
            this.handler = handler;
        }

        /** Returns the destination of messages for other services. */
        static To anyChannel(PeerContext core, InteractionStyle style, Consumer<RoutedMessage> handler) {
            return new To(core, ANY, style, handler);
        }

        @Override
        public InboundMessage received(ReplyPath origin, SharedFields head, MessageId id) {
            return new RoutedMessage(this, origin, head, id);
        }
    }

    private RoutedMessage(To to, ReplyPath origin, SharedFields head, MessageId id) {
        super(origin, head, id);
        this.to = to;
        from = origin instanceof InboundLink link ? link : null;
    }

    @Override
    public HandlerTarget to() {
        return to;
    }

    @Override
    public InboundMessage another(SharedFields head, MessageId id) {
        return to.received(origin(), head, id);
    }

    @Override
    public void run() {
        to.handler.accept(this);
    }

    /** The link that it came on. */
    @Nullable
    InboundLink from() {
        return from;
    }

    boolean isRequest() {
        return to.style == InteractionStyle.REQUEST;
    }

    /** The instance of this incarnation has it in hand. */
    void sentTo(long incarnation) {
        sentTo = incarnation;
    }

    /** Whether the instance of this incarnation has it in hand, so that a word of it is that instance's to say. */
    boolean wasSentTo(long incarnation) {
        return sentTo == incarnation;
    }

    /** Passes a fault back as it came; where the sender takes no envelope of that size, its code with as much of the text as fits. */
    void passFault(WireMessage fault) {
        try {
            send(fault);
        } catch (NotSentException e) {
            fault(Faults.code(fault.fault()), fault.faultName(), Faults.text(fault));
        }
    }
}
