package io.parley.internal;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.internal.wire.Head;
import io.parley.message.MessageId;

/** A message for which this peer has no handler. As {@link Received}. */
final class Unhandled extends Received {

    private static final ChannelName NOWHERE = new ChannelName("unknown", "unknown");

    private final Nobody to;

    /** In place of a handler. Thread-safe. */
    static final class Nobody extends Destination {

        Nobody(Core core, Style style) {
            super(core, NOWHERE, style);
        }

        @Override
        Received received(Origin origin, Head head, MessageId id) {
            return new Unhandled(this, origin, head, id);
        }
    }

    private Unhandled(Nobody to, Origin origin, Head head, MessageId id) {
        super(origin, head, id);
        this.to = to;
    }

    @Override
    Destination to() {
        return to;
    }

    @Override
    public void run() {
        throw new IllegalStateException("Nobody handles " + channel());
    }
}
