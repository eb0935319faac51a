package io.parley.simulation;

import io.parley.transport.Feed;
import io.parley.transport.FeedListener;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.Port;
import java.time.Duration;

/** Forwards every call to another port. Doubles override what they change. Thread rules are those of the other port. */
class ForwardingPort implements Port {

    private final Port to;

    ForwardingPort(Port to) {
        this.to = to;
    }

    @Override
    public String address() {
        return to.address();
    }

    @Override
    public String publishAddress() {
        return to.publishAddress();
    }

    @Override
    public String addressOnSameHost(String dialled, String told) {
        return to.addressOnSameHost(dialled, told);
    }

    @Override
    public void execute(Runnable task) {
        to.execute(task);
    }

    @Override
    public boolean inContext() {
        return to.inContext();
    }

    @Override
    public Link connect(String address, LinkListener listener) {
        return to.connect(address, listener);
    }

    @Override
    public Feed openFeed(String publishAddress, FeedListener listener) {
        return to.openFeed(publishAddress, listener);
    }

    @Override
    public void publish(byte[] frame) {
        to.publish(frame);
    }

    @Override
    public boolean publishIfRoom(byte[] frame) {
        return to.publishIfRoom(frame);
    }

    @Override
    public void close(Duration limit) {
        to.close(limit);
    }
}
