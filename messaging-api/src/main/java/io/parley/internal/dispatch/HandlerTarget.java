package io.parley.internal.dispatch;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.SharedFields;
import io.parley.message.MessageId;

/** A handler, seen from the links: the messages for it are made here. Thread-safe. */
public abstract class HandlerTarget extends ChannelTarget {

    public HandlerTarget(PeerContext core, ChannelName channel, InteractionStyle style) {
        super(core, channel, style);
    }

    /** A message to be filled in and then handed over. */
    public abstract InboundMessage received(ReplyPath origin, SharedFields head, MessageId id);
}
