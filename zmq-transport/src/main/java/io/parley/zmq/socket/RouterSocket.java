package io.parley.zmq.socket;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZError;
import zmq.ZMQ;

/** The bound ROUTER: all links that others asked for. Confined to the I/O loop's thread. */
final class RouterSocket extends LoopSocket implements Connections.Gate {

    /** Closed ones as well, until their connections are gone: what comes over those is dropped. */
    private final Map<Identity, AcceptedLink> links = new HashMap<>();

    private final int mostBytes;

    /** Whose frame came last; the next one is likely to be of the same. */
    private @Nullable AcceptedLink latest;

    RouterSocket(IoLoop loop, SocketBase base) {
        super(loop, base);
        mostBytes = loop.options().maxFrameBytes();
    }

    void bind(TcpEndpoint endpoint) {
        bind(endpoint, this, ZmqContext.bound(mostBytes));
    }

    /** What ZeroMQ calls a connection. */
    record Identity(byte[] bytes) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Identity that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    boolean send(AcceptedLink link, Msg frame) {
        loop.sockets().touch(this);
        if (send(link.addressPart(), ZMQ.ZMQ_SNDMORE)) {
            send(frame, 0);
            return true;
        }
        if (base.errno() == ZError.EHOSTUNREACH) {
            loop.execute(link::onLost);
        } else {
            loop.sockets().await(link);
        }
        return false;
    }

    void forget(AcceptedLink link) {
        links.remove(link.identity(), link);
        if (latest == link) {
            latest = null;
        }
    }

    @Override
    public boolean admits(Connection from, Msg message) {
        return true; // any frame may be the first of a link; its listener decides
    }

    @Override
    void onMessage(Msg identity) {
        Msg body = receive();
        if (body == null) {
            loop.troubles().add(Troubles.Kind.PROTOCOL, "a frame without content");
            return;
        }
        byte[] frame = body.data();
        AcceptedLink link = linkOf(identity.data());
        if (loop.marker().is(frame)) {
            if (link != null) {
                link.onLost();
            }
            return;
        }
        Connection connection = Arrivals.connectionOf(body);
        if (connection == null || frame.length > mostBytes) {
            onUnfit(connection, frame.length, link);
            return;
        }
        if (link == null) {
            link = accept(new Identity(identity.data()), connection);
        }
        link.onFrame(frame);
    }

    private static void onUnfit(@Nullable Connection connection, int length, @Nullable AcceptedLink link) {
        String reason = "A frame of " + length + " octets";
        if (link != null) {
            link.end(reason);
        } else if (connection != null) {
            connection.hangUp(reason);
        }
    }

    @Override
    void onFailed() {
        List.copyOf(links.values()).forEach(link -> link.end("The transport failed"));
    }

    private @Nullable AcceptedLink linkOf(byte[] identity) {
        if (latest != null && Arrays.equals(latest.identity().bytes(), identity)) {
            return latest;
        }
        AcceptedLink link = links.get(new Identity(identity));
        if (link != null) {
            latest = link;
        }
        return link;
    }

    private AcceptedLink accept(Identity identity, Connection connection) {
        var link = new AcceptedLink(this, identity, connection);
        links.put(identity, link);
        try {
            link.attach(loop.listener().onAccepted(link));
        } catch (Throwable e) {
            link.end("It was not accepted: " + loop.onListenerFailed(e));
        }
        latest = link;
        return link;
    }
}
