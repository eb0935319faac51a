package io.parley.transport.memory;

import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One end of a link. Confined to its port's I/O context. */
final class MemoryLink implements Link {

    private final MemoryPort port;
    private final @Nullable String target;
    private final Deque<byte[]> early = new ArrayDeque<>();
    private @Nullable LinkListener listener;
    private @Nullable LinkConnection connection;
    private boolean earlyFull;
    private boolean closed;

    /** The end that connects. */
    MemoryLink(MemoryPort port, String target, LinkListener listener) {
        this.port = port;
        this.target = target;
        this.listener = listener;
    }

    /** The end that accepts, and gets its listener with the first frame. */
    MemoryLink(MemoryPort port) {
        this.port = port;
        this.target = null;
    }

    MemoryPort port() {
        return port;
    }

    /** Connects if somebody is bound there and reachable; otherwise the network calls again when that may have changed. */
    void tryConnect() {
        if (closed || connection != null || target == null) {
            return;
        }
        LinkConnection made = port.network.connect(this, target);
        if (made == null) {
            return;
        }
        connection = made;
        while (!early.isEmpty()) {
            made.send(this, early.remove());
        }
        if (earlyFull && listener != null) {
            listener.onWritable();
        }
    }

    /** Called before the end is known to anybody else. */
    void attach(LinkConnection made) {
        connection = made;
    }

    @Override
    public boolean send(byte[] frame) {
        port.requireFrame(frame, port.options().maxFrameBytes());
        if (closed) {
            return false;
        }
        if (connection != null) {
            return connection.offer(this, frame);
        }
        if (early.size() >= port.options().maxQueuedFrames()) {
            earlyFull = true;
            return false;
        }
        early.add(frame);
        return true;
    }

    @Override
    public void close() {
        port.lane.requireContext();
        if (closed) {
            return;
        }
        closed = true;
        early.clear();
        if (connection != null) {
            connection.onEnded(this, "The remote port closed the link");
        } else {
            port.network.forget(this);
        }
    }

    void onFrame(byte[] frame) {
        if (closed) {
            return;
        }
        if (listener == null) {
            listener = port.listener.onAccepted(this);
        }
        if (!closed) {
            listener.onFrame(frame);
        }
    }

    void onRoom() {
        if (!closed && listener != null) {
            listener.onWritable();
        }
    }

    void onDown(String reason) {
        if (closed) {
            return;
        }
        closed = true;
        if (connection != null) {
            port.network.remove(connection);
        }
        if (listener != null) {
            listener.onDown(reason);
        }
    }
}
