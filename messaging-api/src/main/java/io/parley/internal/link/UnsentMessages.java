package io.parley.internal.link;

import io.parley.internal.wire.Control;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.MalformedFrameException;
import io.parley.internal.wire.TextCache;
import io.parley.internal.wire.WireMessage;
import java.util.ArrayList;
import java.util.List;

/** What was packed into frames that never went out. Stateless. */
final class UnsentMessages {

    private UnsentMessages() {}

    /** Those in frames that have waited for their link until {@code now}, their deadlines as they are now. */
    static ArrayList<WireMessage> messagesIn(List<PackedFrame> frames, long now) {
        var all = new ArrayList<WireMessage>();
        for (PackedFrame frame : frames) {
            List<WireMessage> messages = messagesIn(List.of(frame.octets()));
            PackedFrame.OneWays oneWays = frame.oneWays();
            if (oneWays != null) {
                messages.forEach(message -> age(message, now - oneWays.since()));
            }
            all.addAll(messages);
        }
        return all;
    }

    static ArrayList<WireMessage> messagesIn(List<byte[]> frames) {
        var messages = new ArrayList<WireMessage>();
        var texts = new TextCache();
        for (byte[] frame : frames) {
            try {
                Frames.read(frame, texts, new FrameVisitor() {
                    @Override
                    public void onControl(Control control) {
                        // Of no use to anybody once the link has ended.
                    }

                    @Override
                    public void onMessage(WireMessage message) {
                        messages.add(message);
                    }
                });
            } catch (MalformedFrameException e) {
                throw new IllegalStateException("This peer packed a frame that it cannot read", e);
            }
        }
        return messages;
    }

    /** Takes time that has passed off a message's deadline. */
    static void age(WireMessage message, long nanos) {
        if (message.hasDeadline()) {
            message.remaining(Math.max(0, message.remaining() - nanos / 1_000_000));
        }
    }
}
