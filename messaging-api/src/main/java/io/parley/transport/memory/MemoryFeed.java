package io.parley.transport.memory;

import io.parley.transport.Feed;
import io.parley.transport.FeedListener;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The subscriber's end of a feed. Confined to its port's I/O context. */
final class MemoryFeed implements Feed {

    private final MemoryPort port;
    private final String target;
    private final FeedListener listener;

    /** How many times each prefix was asked for. */
    private final Map<ByteBuffer, Integer> prefixes = new LinkedHashMap<>();

    private @Nullable FeedConnection connection;
    private boolean closed;

    MemoryFeed(MemoryPort port, String target, FeedListener listener) {
        this.port = port;
        this.target = target;
        this.listener = listener;
    }

    MemoryPort port() {
        return port;
    }

    void tryConnect() {
        if (closed || connection != null) {
            return;
        }
        connection = port.network.follow(this, target);
        if (connection != null) {
            prefixes.keySet().forEach(connection::subscribe);
        }
    }

    @Override
    public void subscribe(byte[] prefix) {
        port.lane.requireContext();
        ByteBuffer key = ByteBuffer.wrap(prefix.clone());
        if (!closed && prefixes.merge(key, 1, Integer::sum) == 1 && connection != null) {
            connection.subscribe(key);
        }
    }

    @Override
    public void unsubscribe(byte[] prefix) {
        port.lane.requireContext();
        ByteBuffer key = ByteBuffer.wrap(prefix.clone());
        if (closed || !prefixes.containsKey(key)) {
            return;
        }
        if (prefixes.merge(key, -1, Integer::sum) == 0) {
            prefixes.remove(key);
            if (connection != null) {
                connection.unsubscribe(key);
            }
        }
    }

    @Override
    public void close() {
        port.lane.requireContext();
        if (closed) {
            return;
        }
        closed = true;
        if (connection != null) {
            connection.onFeedClosed();
        } else {
            port.network.forget(this);
        }
    }

    /** A frame that was on its way when its prefix was given up is not for the listener any more. */
    void onFrame(FeedConnection from, byte[] frame) {
        if (closed || from != connection || prefixes.keySet().stream().noneMatch(p -> startsWith(frame, p))) {
            return;
        }
        if (frame.length > port.options().maxPublicationBytes()) {
            listener.onTooLarge(frame.length);
        } else {
            listener.onFrame(frame);
        }
    }

    /** The connection is gone: tries to get another. */
    void onDisconnected(FeedConnection gone) {
        if (connection == gone) {
            connection = null;
            tryConnect();
        }
    }

    static boolean startsWith(byte[] frame, ByteBuffer prefix) {
        int length = prefix.remaining();
        return length <= frame.length && ByteBuffer.wrap(frame, 0, length).equals(prefix);
    }
}
