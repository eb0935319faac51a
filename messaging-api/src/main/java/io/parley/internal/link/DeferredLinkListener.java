package io.parley.internal.link;

import io.parley.transport.LinkListener;
import org.jspecify.annotations.Nullable;

/** Passes on to a link's listener once there is one: the transport wants it before there is a link to make it of. Confined to the I/O context. */
final class DeferredLinkListener implements LinkListener {

    @Nullable
    LinkListener to;

    @Override
    public void onFrame(byte[] frame) {
        if (to != null) {
            to.onFrame(frame);
        }
    }

    @Override
    public void onWritable() {
        if (to != null) {
            to.onWritable();
        }
    }

    @Override
    public void onDown(String reason) {
        if (to != null) {
            to.onDown(reason);
        }
    }
}
