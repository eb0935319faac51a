package io.parley.internal;

import io.parley.internal.wire.WireMessage;

/** An event's: there is no way back. Thread-safe. */
final class FeedOrigin implements Origin {

    private final Core core;

    FeedOrigin(Core core) {
        this.core = core;
    }

    @Override
    public boolean answer(WireMessage answer) {
        return false;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void done() {
        core.inHand.decrementAndGet();
    }
}
