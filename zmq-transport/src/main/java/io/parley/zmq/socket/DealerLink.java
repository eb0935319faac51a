package io.parley.zmq.socket;

import io.parley.transport.DeferredFrame;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZMQ;

/**
 * A link this port asked for: a DEALER with one connection. When that is lost so is the link, although ZeroMQ would connect
 * again: whoever answers then need not be who answered before.
 *
 * <p>Confined to the I/O loop's thread.
 */
final class DealerLink extends LoopSocket implements Link, Waiting {

    private final LinkListener listener;
    private final LateMessage.Desk desk = new LateMessage.Desk();

    /** Frames sent before the host's address was known; null afterwards. */
    private @Nullable Deque<byte[]> early = new ArrayDeque<>();

    DealerLink(IoLoop loop, SocketBase base, LinkListener listener) {
        super(loop, base);
        this.listener = listener;
    }

    void onResolved(TcpEndpoint endpoint) {
        if (isClosed() || early == null) {
            return;
        }
        connect(endpoint);
        Deque<byte[]> waiting = early;
        early = null;
        waiting.forEach(frame -> send(new Msg(frame), 0)); // there is room: no more than the mark were let in
    }

    @Override
    public boolean send(byte[] frame) {
        loop.requireFrame(frame.length, loop.options().maxFrameBytes());
        if (early == null) {
            return sendNow(new Msg(frame));
        }
        if (isClosed()) {
            return false;
        }
        if (early.size() < loop.options().maxQueuedFrames()) {
            return early.add(frame);
        }
        loop.sockets().await(this);
        return false;
    }

    @Override
    public boolean send(DeferredFrame frame) {
        if (early != null) {
            return send(frame.toBytes());
        }
        loop.requireFrame(frame.length(), loop.options().maxFrameBytes());
        return sendNow(new LateMessage(frame, desk));
    }

    private boolean sendNow(Msg message) {
        if (isClosed()) {
            return false;
        }
        loop.sockets().touch(this);
        if (send(message, 0)) {
            return true;
        }
        loop.sockets().await(this);
        return false;
    }

    @Override
    public void reuse(byte[] frame) {
        loop.context().spareFrames().give(frame);
    }

    @Override
    public void close() {
        loop.requireContext();
        close(loop.lingerMillis());
    }

    @Override
    public void onMaybeRoom() {
        if (isClosed()) {
            return;
        }
        if (early == null && (base.getSocketOpt(ZMQ.ZMQ_EVENTS) & ZMQ.ZMQ_POLLOUT) != 0) {
            listener.onWritable();
        } else {
            loop.sockets().await(this);
        }
        loop.sockets().touch(this);
    }

    @Override
    void onMessage(Msg message) {
        byte[] frame = message.data();
        if (loop.marker().is(frame)) {
            onDown("The connection was lost");
        } else if (frame.length == 0 || frame.length > loop.options().maxFrameBytes()) {
            onDown("A frame of " + frame.length + " octets");
        } else if (Arrived.isPart(message)) {
            onDown("A message of several parts");
        } else {
            deliver(frame);
        }
    }

    private void deliver(byte[] frame) {
        try {
            listener.onFrame(frame);
        } catch (Throwable e) {
            onDown("A frame was lost, as its listener failed: " + loop.onListenerFailed(e));
        }
    }

    @Override
    void onFailed() {
        onDown("The transport failed");
    }

    @Override
    boolean isOfOneLink() {
        return true;
    }

    @Override
    void onBroken(String reason) {
        onDown(reason);
    }

    private void onDown(String reason) {
        if (!isClosed()) {
            close(0);
            try {
                listener.onDown(reason);
            } catch (Throwable e) {
                loop.onListenerFailed(e);
            }
        }
    }
}
