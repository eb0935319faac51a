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
final class RouterSocket extends LoopSocket {

    private final Map<Identity, AcceptedLink> links = new HashMap<>();

    /** Whose frame came last; the next one is likely to be of the same. */
    private @Nullable AcceptedLink latest;

    RouterSocket(IoLoop loop, SocketBase base) {
        super(loop, base);
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
        loop.touch(this);
        if (send(link.addressPart(), ZMQ.ZMQ_SNDMORE)) {
            send(frame, 0);
            return true;
        }
        if (base.errno() == ZError.EHOSTUNREACH) {
            loop.execute(() -> link.onDown("The connection is gone"));
        } else {
            loop.await(link);
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
    void onMessage(Msg identity) {
        Msg body = receive();
        if (body == null) {
            loop.onTrouble("A frame without content from " + identity);
            return;
        }
        byte[] frame = body.data();
        if (loop.isMarker(frame)) {
            AcceptedLink lost = links.get(new Identity(identity.data()));
            if (lost != null) {
                lost.onDown("The connection was lost");
            }
        } else if (loop.accepts(frame, loop.options().maxFrameBytes())) {
            linkOf(identity.data()).onFrame(frame);
        }
    }

    @Override
    void onFailed() {
        List.copyOf(links.values()).forEach(link -> link.onDown("The transport failed"));
    }

    private AcceptedLink linkOf(byte[] bytes) {
        if (latest != null && Arrays.equals(latest.identity().bytes(), bytes)) {
            return latest;
        }
        var identity = new Identity(bytes);
        AcceptedLink link = links.get(identity);
        if (link == null) {
            link = new AcceptedLink(this, identity);
            links.put(identity, link);
            try {
                link.attach(loop.listener().onAccepted(link));
            } catch (RuntimeException | Error e) {
                links.remove(identity);
                throw e;
            }
        }
        latest = link;
        return link;
    }
}
