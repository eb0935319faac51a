package io.parley.internal.link;

import io.parley.internal.wire.Control;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.MalformedFrameException;
import io.parley.internal.wire.TextCache;
import io.parley.internal.wire.WireMessage;
import org.jspecify.annotations.Nullable;

/** Reads the first frame of a bulk link, whose token tells which link it belongs to. Not thread-safe. */
final class BulkGreeting implements FrameVisitor {

    private @Nullable Long token;

    @Override
    public void onControl(Control control) {
        token = tokenOf(control);
    }

    private static @Nullable Long tokenOf(Control control) {
        return switch (control.kind()) {
            case BULK_HELLO -> ((Control.BulkHello) control).token();
            case HELLO,
                    WELCOME,
                    REJECT,
                    CREDIT,
                    CREDIT_WANTED,
                    FINISHED,
                    PING,
                    PONG,
                    GOING_AWAY,
                    CANCEL,
                    CHUNK,
                    BULK_WANTED,
                    BULK_AT,
                    BULK_ARRIVED,
                    BULK_NEXT,
                    BULK_OVER,
                    SUBSCRIBED,
                    HEARTBEAT,
                    NUMBERS -> null;
        };
    }

    @Override
    public void onMessage(WireMessage message) {}

    @Override
    public boolean wantsMore() {
        return false;
    }

    /** Returns the token that a frame greets with; null if it is no greeting. */
    static @Nullable Long tokenIn(byte[] frame) {
        var greeting = new BulkGreeting();
        try {
            Frames.read(frame, new TextCache(), greeting);
        } catch (MalformedFrameException e) {
            return null;
        }
        return greeting.token;
    }
}
