package io.parley.internal.router;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.internal.dispatch.Destination;
import io.parley.internal.dispatch.Origin;
import io.parley.internal.dispatch.Received;
import io.parley.internal.runtime.Core;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.Head;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An event or survey on its way through this router. As {@link Received}, but confined to the I/O context. */
final class RelayTask extends Received {

    private final To to;
    private final Origin publisher;

    /** The way on for what is published on one channel. Confined to the I/O context. */
    static final class To extends Destination {

        private final Consumer<RelayTask> publish;
        private final BooleanSupplier crowded;

        /**
         * @param publish passes a message on
         * @param crowded whether there is not room for much more
         */
        To(Core core, ChannelName channel, Consumer<RelayTask> publish, BooleanSupplier crowded) {
            super(core, channel, Style.PUBLISH);
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
        public Received received(Origin origin, Head head, MessageId id) {
            return new RelayTask(this, origin, head, id);
        }
    }

    private RelayTask(To to, Origin origin, Head head, MessageId id) {
        super(origin, head, id);
        this.to = to;
        publisher = origin;
    }

    @Override
    public Destination to() {
        return to;
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
