package io.parley.internal.wire;

import io.parley.message.MessageId;

/** Receives the envelopes of a frame, one after the other, on the thread that reads the frame. */
public interface FrameVisitor {

    void onControl(Control control);

    void onMessage(WireMessage message);

    /** A message to be filled in, which {@link #onMessage} is handed once that is done. */
    default WireMessage messageOf(SharedFields head, MessageId id) {
        return new WireMessage(head, id);
    }

    /** Whether messages that repeat {@code earlier} are wanted together, as {@link RepeatedEnvelopes}, where that can be. */
    default boolean gathers(WireMessage earlier) {
        return false;
    }

    /** Several messages, of such as {@link #gathers} wants. */
    default void onRepeats(RepeatedEnvelopes repeats) {
        throw new UnsupportedOperationException("nothing is gathered here");
    }

    /** Whether the rest of the frame is still wanted; asked after each envelope. */
    default boolean wantsMore() {
        return true;
    }
}
