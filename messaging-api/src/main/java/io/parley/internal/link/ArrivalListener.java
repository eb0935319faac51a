package io.parley.internal.link;

import io.parley.internal.dispatch.ChannelTarget;
import io.parley.internal.dispatch.InboundMessage;
import io.parley.internal.dispatch.ReplyPath;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.RepeatedEnvelopes;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;

/** Is told of the messages that arrive on inbound links, and supplies the objects to fill with them. Called in the I/O context. */
interface ArrivalListener {

    /** A request or one-way message is about to be read. Returns the object to fill with it. */
    InboundMessage received(ReplyPath from, SharedFields head, MessageId id);

    /** A request or one-way message has arrived. */
    void onMessage(InboundMessage message);

    /** A message has arrived that was sent after the dialler knew that this peer closes. */
    void onLateMessage(InboundMessage message);

    /**
     * Messages have arrived that repeat one for the same handler, which does not run in the I/O context.
     *
     * @param firstNumber the number of the first among the one-way messages of the link; 0 for requests
     */
    void onRepeats(ReplyPath from, ChannelTarget to, RepeatedEnvelopes repeats, long firstNumber);

    /** The message that is being read was under way for long: others that were sent since may wait behind it. */
    default void onHeldUp(ReplyPath from) {}

    /** A frame has been read to its end. */
    void onFrameRead();

    /** A response to a survey has arrived, or a fault instead. */
    void onResponse(PeerId from, WireMessage response);
}
