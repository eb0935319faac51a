package io.parley.internal.link;

import io.parley.internal.wire.Control;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.MalformedFrameException;
import io.parley.internal.wire.TextCache;
import io.parley.internal.wire.WireMessage;
import io.parley.transport.Link;
import java.util.ArrayList;
import java.util.List;

/** A link of a transport that keeps the frames which are sent on it, as long as it has room. */
final class RecordingLink implements Link {

    final List<byte[]> frames = new ArrayList<>();
    /** How many frames the link takes in all. */
    int room = Integer.MAX_VALUE;

    boolean isClosed;

    @Override
    public boolean send(byte[] frame) {
        return frames.size() < room && frames.add(frame);
    }

    @Override
    public void close() {
        isClosed = true;
    }

    /** Returns the control envelopes, and the sequence numbers of the messages, that were sent so far. */
    List<Object> sent() {
        var found = new ArrayList<Object>();
        frames.forEach(frame -> found.addAll(read(frame)));
        return found;
    }

    /** Returns the control envelopes, and the sequence numbers of the messages, in one frame. */
    static List<Object> read(byte[] frame) {
        var found = new ArrayList<Object>();
        try {
            Frames.read(frame, new TextCache(), new FrameVisitor() {
                @Override
                public void onControl(Control control) {
                    found.add(control);
                }

                @Override
                public void onMessage(WireMessage message) {
                    found.add(message.id.sequence());
                }
            });
        } catch (MalformedFrameException e) {
            throw new AssertionError(e);
        }
        return found;
    }
}
