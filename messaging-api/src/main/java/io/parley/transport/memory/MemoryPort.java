package io.parley.transport.memory;

import io.parley.time.Timers;
import io.parley.transport.Feed;
import io.parley.transport.FeedListener;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import java.time.Duration;

/** A port on an {@link InMemoryNetwork}. Thread-safe where {@link Port} asks for it. */
final class MemoryPort implements Port {

    final InMemoryNetwork network;
    final PortListener listener;
    final PortLane lane;
    final Subscribers subscribers;

    private final PortOptions options;
    private final Timers timers;
    private final String address;

    MemoryPort(InMemoryNetwork network, String address, PortOptions options, PortListener listener) {
        this.network = network;
        this.address = address;
        this.options = options;
        this.listener = listener;
        timers = options.environment().openTimers("parley-timers-" + options.name());
        subscribers = new Subscribers(listener);
        lane = new PortLane(options.environment().openPool("parley-io-" + options.name(), 1), listener::onFailure);
    }

    PortOptions options() {
        return options;
    }

    /** One direction of a new connection from here to {@code receiver}, by whose clock frames arrive: those of a port that has closed do too. */
    Wire wireTo(MemoryPort receiver, int mostQueued, Runnable onRoom) {
        return new Wire(
                options.environment().random(), receiver.timers, network::delay, receiver.lane, mostQueued, onRoom);
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public String publishAddress() {
        return address + InMemoryNetwork.PUBLISH_SUFFIX;
    }

    /** Other sockets of a port are named after it. */
    @Override
    public String addressOnSameHost(String dialled, String told) {
        return told.startsWith(dialled) ? told : "";
    }

    @Override
    public void execute(Runnable task) {
        lane.execute(task);
    }

    @Override
    public boolean inContext() {
        return lane.inContext();
    }

    @Override
    public Link connect(String remote, LinkListener linkListener) {
        lane.requireContext();
        var link = new MemoryLink(this, InMemoryNetwork.requireAddress(remote), linkListener);
        link.tryConnect();
        return link;
    }

    @Override
    public Feed openFeed(String remote, FeedListener feedListener) {
        lane.requireContext();
        var feed = new MemoryFeed(this, InMemoryNetwork.requireAddress(remote), feedListener);
        feed.tryConnect();
        return feed;
    }

    @Override
    public void publish(byte[] frame) {
        requireFrame(frame, options.maxPublicationBytes());
        subscribers.publish(frame);
    }

    @Override
    public boolean publishIfRoom(byte[] frame) {
        requireFrame(frame, options.maxPublicationBytes());
        return subscribers.publishIfRoom(frame);
    }

    void onRoomToPublish() {
        listener.onRoomToPublish();
    }

    @Override
    public void close(Duration limit) {
        lane.close(limit, () -> network.unbind(this));
        timers.close();
    }

    @Override
    public String toString() {
        return address;
    }

    void requireFrame(byte[] frame, int most) {
        lane.requireContext();
        if (frame.length == 0 || frame.length > most) {
            throw new IllegalArgumentException("A frame has 1 to " + most + " bytes; this one has " + frame.length);
        }
    }
}
