package io.parley.testkit;

import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.PortListener;

/** The listener of a port that nobody connects to: fails if somebody does, and ignores all else. Thread-safe. */
public final class UnconnectedPort implements PortListener {

    /** Creates a listener for one port. */
    public UnconnectedPort() {}

    @Override
    public LinkListener onAccepted(Link link) {
        throw new AssertionError("Nobody was to connect");
    }

    @Override
    public void onSubscribed(byte[] prefix) {}

    @Override
    public void onUnsubscribed(byte[] prefix) {}

    @Override
    public void onTrouble(String what) {}

    @Override
    public void onFailure(Throwable cause) {}
}
