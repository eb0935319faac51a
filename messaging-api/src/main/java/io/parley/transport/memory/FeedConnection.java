package io.parley.transport.memory;

import java.nio.ByteBuffer;

/** What lies between a publisher and one of its subscribers. Thread-safe. */
final class FeedConnection extends Connection {

    private final MemoryFeed feed;
    private final Wire toPublisher;
    private final Wire toFeed;

    FeedConnection(MemoryFeed feed, MemoryPort publisher) {
        super(feed.port(), publisher);
        this.feed = feed;
        toPublisher = near.wireTo(far, Integer.MAX_VALUE, () -> {});
        toFeed = far.wireTo(near, far.options().maxQueuedPublications(), () -> far.lane.execute(far::onRoomToPublish));
    }

    void subscribe(ByteBuffer prefix) {
        tellPublisher(() -> far.subscribers.add(this, prefix));
    }

    void unsubscribe(ByteBuffer prefix) {
        tellPublisher(() -> far.subscribers.remove(this, prefix));
    }

    /** Whether a frame would not be dropped; if it would, the publisher hears of room later. */
    boolean hasRoom() {
        return !passes() || toFeed.hasRoom();
    }

    /** Sends a frame to the subscriber, or drops it. */
    void publish(byte[] frame) {
        if (passes()
                && !far.network.losesPublication(far.options().environment().random())) {
            toFeed.offer(() -> feed.onFrame(this, frame));
        }
    }

    void onFeedClosed() {
        if (passes()) {
            near.network.remove(this);
        }
        tellPublisher(() -> far.subscribers.removeAll(this));
    }

    @Override
    void sever(String reason) {
        near.network.remove(this);
        far.lane.execute(() -> far.subscribers.removeAll(this));
        near.lane.execute(() -> feed.onDisconnected(this));
    }

    @Override
    void onClosed(MemoryPort port) {
        if (!passes()) {
            return;
        }
        near.network.remove(this);
        if (port == far) {
            toFeed.carry(() -> feed.onDisconnected(this));
        } else {
            toPublisher.carry(() -> far.subscribers.removeAll(this));
        }
    }

    private void tellPublisher(Runnable news) {
        if (passes()) {
            toPublisher.carry(news);
        }
    }
}
