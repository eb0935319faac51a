package io.parley.testkit;

import io.parley.transport.LinkListener;

/** A listener each of whose methods throws. */
final class FailingListener implements LinkListener {

    @Override
    public void onFrame(byte[] frame) {
        throw new IllegalStateException("on purpose");
    }

    @Override
    public void onWritable() {
        throw new IllegalStateException("on purpose");
    }

    @Override
    public void onDown(String reason) {
        throw new IllegalStateException("on purpose");
    }
}
