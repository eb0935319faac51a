package io.parley.zmq.socket;

import io.parley.transport.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZMQ;

/**
 * The bound XPUB: everyone who follows this port. Subscriptions are looked at before they enter the socket: JeroMQ has no bound on
 * them, and adds them to a trie even in manual mode.
 *
 * <p>Confined to the I/O loop's thread.
 */
final class PublisherSocket extends LoopSocket implements Waiting, Connections.Gate {

    private static final byte SUBSCRIBE = 1;
    private static final byte UNSUBSCRIBE = 0;

    /** A quarter of the peer's memory. */
    private static final int PART = 4;

    /** What the listener was told of. */
    private final Set<ByteBuffer> subscribed = new HashSet<>();

    private final SubscriptionLedger ledger;

    private boolean dropping = true;

    PublisherSocket(IoLoop loop, SocketBase base) {
        super(loop, base);
        MemoryBudget memory = loop.options().memory();
        ledger = new SubscriptionLedger(memory.part(memory.capacity() / PART));
    }

    void bind(TcpEndpoint endpoint) {
        bind(endpoint, this, ZmqContext.SUBSCRIPTION_BYTES);
    }

    void publish(byte[] frame) {
        if (!isClosed()) {
            drop(true);
            loop.sockets().touch(this);
            send(new Msg(frame), 0);
        }
    }

    boolean publishIfRoom(byte[] frame) {
        if (isClosed()) {
            return true;
        }
        drop(false);
        loop.sockets().touch(this);
        if (send(new Msg(frame), 0)) {
            return true;
        }
        loop.sockets().await(this);
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
    public boolean admits(Connection from, Msg message) {
        byte[] data = message.data();
        byte[] prefix = Arrays.copyOfRange(data, 1, data.length);
        if (data[0] == UNSUBSCRIBE) {
            return ledger.remove(from.subscriptions(), prefix);
        }
        String fault = null;
        if (data[0] != SUBSCRIBE) {
            fault = "It sent something that is no subscription, of " + data.length + " bytes";
        } else if (!mayBeTopic(prefix)) {
            fault = "It subscribed to something that is no topic, of " + prefix.length + " bytes";
        } else if (!ledger.enter(from.subscriptions(), prefix)) {
            fault = "There is no room for one more subscription: it has " + ledger.describe(from.subscriptions());
        }
        if (fault != null) {
            hangUp(from, fault);
        }
        return fault == null;
    }

    private boolean mayBeTopic(byte[] prefix) {
        try {
            return loop.listener().mayBeTopic(prefix);
        } catch (Throwable e) {
            loop.onListenerFailed(e);
            return false;
        }
    }

    @Override
    public void onGone(Connection connection) {
        ledger.close(connection.subscriptions());
    }

    @Override
    void onMessage(Msg message) {
        byte[] data = message.data();
        try {
            tell(data[0] == SUBSCRIBE, Arrays.copyOfRange(data, 1, data.length));
        } catch (Throwable e) {
            loop.onListenerFailed(e);
        }
    }

    private void tell(boolean isSubscription, byte[] prefix) {
        if (isSubscription) {
            if (subscribed.add(ByteBuffer.wrap(prefix.clone()))) {
                loop.listener().onSubscribed(prefix);
            } else {
                loop.listener().onSubscribedAgain(prefix);
            }
        } else if (subscribed.remove(ByteBuffer.wrap(prefix))) {
            loop.listener().onUnsubscribed(prefix);
        }
    }

    @Override
    void onFailed() {}
}
