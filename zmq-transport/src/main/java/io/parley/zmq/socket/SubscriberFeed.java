package io.parley.zmq.socket;

import io.parley.transport.Feed;
import io.parley.transport.FeedListener;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZMQ;

/**
 * What one remote port publishes: a SUB with one connection, which ZeroMQ renews, and then subscribes again. Confined to the
 * I/O loop's thread.
 */
final class SubscriberFeed extends LoopSocket implements Feed {

    private final FeedListener listener;

    SubscriberFeed(IoLoop loop, SocketBase base, FeedListener listener) {
        super(loop, base);
        this.listener = listener;
    }

    void onResolved(TcpEndpoint endpoint) {
        if (!isClosed()) {
            connect(endpoint);
        }
    }

    @Override
    public void subscribe(byte[] prefix) {
        change(ZMQ.ZMQ_SUBSCRIBE, prefix);
    }

    @Override
    public void unsubscribe(byte[] prefix) {
        change(ZMQ.ZMQ_UNSUBSCRIBE, prefix);
    }

    @Override
    public boolean pause() {
        loop.requireContext();
        pause(true);
        return true;
    }

    @Override
    public void resume() {
        loop.requireContext();
        pause(false);
        loop.sockets().touch(this);
    }

    @Override
    public void close() {
        loop.requireContext();
        close(0);
    }

    @Override
    void onMessage(Msg message) {
        if (message instanceof Oversized oversized) {
            loop.context().oversized().drop(oversized);
            tellTooLarge(oversized.size());
            return;
        }
        byte[] frame = message.data();
        if (frame.length == 0 || frame.length > loop.options().maxPublicationBytes() || Arrived.isPart(message)) {
            loop.troubles().add(Troubles.Kind.DROPPED, frame.length + " bytes");
        } else {
            deliver(frame);
        }
    }

    /** A frame whose listener fails is lost, as one may be that the publisher drops; the feed goes on, whatever its publisher sends. */
    private void deliver(byte[] frame) {
        try {
            listener.onFrame(frame);
        } catch (Throwable e) {
            loop.onListenerFailed(e);
        }
    }

    private void tellTooLarge(long bytes) {
        try {
            listener.onTooLarge(bytes);
        } catch (Throwable e) {
            loop.onListenerFailed(e);
        }
    }

    @Override
    boolean isOfOneLink() {
        return true;
    }

    /** Whoever follows sees that it has fallen silent, as where the publisher is gone. */
    @Override
    void onBroken(String reason) {
        close(0);
    }

    @Override
    void onFailed() {}

    @Override
    boolean lingers() {
        return false; // only subscriptions are sent, and they end with the feed
    }

    private void change(int option, byte[] prefix) {
        loop.requireContext();
        if (!isClosed()) {
            ZmqContext.set(base, option, prefix);
            loop.sockets().touch(this);
        }
    }
}
