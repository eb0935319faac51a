package io.parley.internal.router;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.internal.dispatch.HandlerTarget;
import io.parley.internal.dispatch.InboundMessage;
import io.parley.internal.dispatch.ReplyPath;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An event or survey on its way through this router. As {@link InboundMessage}, but confined to the I/O context. */
final class BridgedMessage extends InboundMessage {

    private final To to;
    private final ReplyPath publisher;

    /** The way on for what is published on one channel. Confined to the I/O context. */
    static final class To extends HandlerTarget {

        private final Consumer<BridgedMessage> publish;
        private final BooleanSupplier crowded;

        /**
         * @param publish passes a message on
         * @param crowded whether there is not room for much more
         */
        To(PeerContext core, ChannelName channel, Consumer<BridgedMessage> publish, BooleanSupplier crowded) {
            super(core, channel, InteractionStyle.PUBLISH);
            this.publish = publish;
            this.crowded = crowded;
        }

        @Override
        public boolean takes(EnvelopeKind kind) {
            return kind == EnvelopeKind.EVENT || kind == EnvelopeKind.SURVEY;
        }

        @Override
        public boolean isCrowded() {
            return crowded.getAsBoolean();
        }

        @Override
        public InboundMessage received(ReplyPath origin, SharedFields head, MessageId id) {
            return new BridgedMessage(this, origin, head, id);
        }
    }

    private BridgedMessage(To to, ReplyPath origin, SharedFields head, MessageId id) {
        super(origin, head, id);
        this.to = to;
        publisher = origin;
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
        try {
            to.publish.accept(this);
        } finally {
            done();
        }
    }

    @Nullable
    PeerName publisher() {
        return publisher.sender();
    }
}
