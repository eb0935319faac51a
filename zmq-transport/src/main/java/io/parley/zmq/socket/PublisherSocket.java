package io.parley.zmq.socket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import zmq.Msg;
import zmq.SocketBase;

/** The bound XPUB: everyone who follows this port. Confined to the I/O loop's thread. */
final class PublisherSocket extends LoopSocket {

    /** What the listener was told of. ZeroMQ also tells of prefixes given up that nobody had asked for. */
    private final Set<ByteBuffer> subscribed = new HashSet<>();

    PublisherSocket(IoLoop loop, SocketBase base) {
        super(loop, base);
    }

    void publish(byte[] frame) {
        if (!isClosed()) {
            loop.touch(this);
            send(new Msg(frame), 0);
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
