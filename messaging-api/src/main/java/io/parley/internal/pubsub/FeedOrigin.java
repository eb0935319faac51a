package io.parley.internal.pubsub;

import io.parley.internal.dispatch.ReplyPath;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;

/** A publisher's feed: there is no way back. Thread-safe. */
public final class FeedOrigin implements ReplyPath {

    private final PeerName publisher;

    public FeedOrigin(PeerName publisher) {
        this.publisher = publisher;
    }

    @Override
    public PeerName sender() {
        return publisher;
    }

    @Override
    public boolean answer(WireMessage answer) {
        return false;
    }

    @Override
    public boolean isCancelled(MessageId question) {
        return false;
    }
}
