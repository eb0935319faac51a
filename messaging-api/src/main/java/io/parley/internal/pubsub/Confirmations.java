package io.parley.internal.pubsub;

import io.parley.internal.runtime.PeerContext;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Confirmations on their way to subscribers: one waits until its subscriber has room, as after a restart hundreds of subscriptions come
 * at once. Bounded by the subscriptions that there are.
 *
 * <p>Confined to the I/O context.
 */
final class Confirmations {

    private final PeerContext core;
    private final Map<ByteBuffer, byte[]> waiting = new LinkedHashMap<>();

    Confirmations(PeerContext core) {
        this.core = core;
    }

    /** Publishes {@code frame} as soon as whoever subscribed to {@code topic} has room. */
    void confirm(byte[] topic, byte[] frame) {
        if (!waiting.isEmpty() || !core.port().publishIfRoom(frame)) {
            waiting.put(ByteBuffer.wrap(topic), frame);
        }
    }

    /** Nobody subscribes to {@code topic} any more. */
    void forget(byte[] topic) {
        if (!waiting.isEmpty()) {
            waiting.remove(ByteBuffer.wrap(topic));
        }
    }

    /** There may be room. A subscriber that has none lets the next one go first. */
    void flush() {
        while (!waiting.isEmpty()) {
            Iterator<Map.Entry<ByteBuffer, byte[]>> first = waiting.entrySet().iterator();
            Map.Entry<ByteBuffer, byte[]> next = first.next();
            first.remove();
            if (!core.port().publishIfRoom(next.getValue())) {
                waiting.put(next.getKey(), next.getValue());
                return;
            }
        }
    }
}
