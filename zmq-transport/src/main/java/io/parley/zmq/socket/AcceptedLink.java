package io.parley.zmq.socket;

import io.parley.transport.DeferredFrame;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import org.jspecify.annotations.Nullable;
import zmq.Msg;

/** A link that a remote port asked for: an identity at our ROUTER. Confined to the I/O loop's thread. */
final class AcceptedLink implements Link, Waiting {

    private final RouterSocket router;
    private final RouterSocket.Identity identity;
    private final Connection connection;

    /** The address part of every message sent; ZeroMQ only reads it, so one will do. */
    private final Msg addressPart;

    private final LateMessage.Desk desk = new LateMessage.Desk();
    private @Nullable LinkListener listener;
    private boolean closed;

    AcceptedLink(RouterSocket router, RouterSocket.Identity identity, Connection connection) {
        this.router = router;
        this.identity = identity;
        this.connection = connection;
        addressPart = new Msg(identity.bytes());
    }

    void attach(LinkListener accepted) {
        listener = accepted;
    }

    @Override
    public boolean send(byte[] frame) {
        router.loop.requireFrame(frame.length, router.loop.options().maxFrameBytes());
        return !closed && router.send(this, new Msg(frame));
    }

    @Override
    public boolean send(DeferredFrame frame) {
        router.loop.requireFrame(frame.length(), router.loop.options().maxFrameBytes());
        return !closed && router.send(this, new LateMessage(frame, desk));
    }

    @Override
    public void reuse(byte[] frame) {
        router.loop.context().spareFrames().give(frame);
    }

    /** The connection lingers, so that what was sent can leave, and ends. */
    @Override
    public void close() {
        router.loop.requireContext();
        if (!closed) {
            closed = true;
            router.loop.later(router.loop.settings().linger(), () -> connection.hangUp("The link was closed"));
        }
    }

    @Override
    public void onMaybeRoom() {
        if (!closed && listener != null) {
            listener.onWritable();
        }
    }

    void onFrame(byte[] frame) {
        if (closed || listener == null) {
            return;
        }
        try {
            listener.onFrame(frame);
        } catch (Throwable e) {
            end("A frame was lost, as its listener failed: " + router.loop.onListenerFailed(e));
        }
    }

    /** The connection is gone. */
    void onLost() {
        router.forget(this);
        String reason = connection.reason();
        onDown(reason == null ? "The connection was lost" : reason);
    }

    /** Breaks the link, and ends its connection. */
    void end(String reason) {
        connection.hangUp(reason);
        onDown(reason);
    }

    private void onDown(String reason) {
        if (!closed) {
            closed = true;
            if (listener != null) {
                tellDown(listener, reason);
            }
        }
    }

    private void tellDown(LinkListener told, String reason) {
        try {
            told.onDown(reason);
        } catch (Throwable e) {
            router.loop.onListenerFailed(e);
        }
    }

    RouterSocket.Identity identity() {
        return identity;
    }

    Msg addressPart() {
        return addressPart;
    }
}
