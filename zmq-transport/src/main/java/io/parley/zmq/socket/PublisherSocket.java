package io.parley.zmq.socket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZMQ;

/** The bound XPUB: everyone who follows this port. Confined to the I/O loop's thread. */
final class PublisherSocket extends LoopSocket implements Waiting {

    /** What the listener was told of. ZeroMQ also tells of prefixes given up that nobody had asked for. */
    private final Set<ByteBuffer> subscribed = new HashSet<>();

    private boolean dropping = true;

    PublisherSocket(IoLoop loop, SocketBase base) {
        super(loop, base);
    }

    void publish(byte[] frame) {
        if (!isClosed()) {
            drop(true);
            loop.touch(this);
            send(new Msg(frame), 0);
        }
    }

    boolean publishIfRoom(byte[] frame) {
        if (isClosed()) {
            return true;
        }
        drop(false);
        loop.touch(this);
        if (send(new Msg(frame), 0)) {
            return true;
        }
        loop.await(this);
        return false;
    }

    @Override
    public void onMaybeRoom() {
        if (!isClosed()) {
            loop.listener().onRoomToPublish();
        }
    }

    /** Whether a subscriber whose queue is full misses the frame, or all wait for it. */
    private void drop(boolean full) {
        if (dropping != full) {
            dropping = full;
            ZmqContext.set(base, ZMQ.ZMQ_XPUB_NODROP, !full);
        }
    }

    @Override
    void onMessage(Msg message) {
        byte[] data = message.data();
        if (data.length == 0 || data[0] < 0 || data[0] > 1) {
            loop.onTrouble("A subscriber sent something that is no subscription, of " + data.length + " bytes");
            return;
        }
        byte[] prefix = Arrays.copyOfRange(data, 1, data.length);
        if (data[0] == 1) {
            if (subscribed.add(ByteBuffer.wrap(prefix.clone()))) {
                loop.listener().onSubscribed(prefix);
            }
        } else if (subscribed.remove(ByteBuffer.wrap(prefix))) {
            loop.listener().onUnsubscribed(prefix);
        }
    }

    @Override
    void onFailed() {}
}
