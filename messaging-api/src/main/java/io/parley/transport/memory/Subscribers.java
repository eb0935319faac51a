package io.parley.transport.memory;

import io.parley.transport.PortListener;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Who wants which of a port's frames. Confined to the port's I/O context. */
final class Subscribers {

    private final PortListener listener;
    private final Map<FeedConnection, Set<ByteBuffer>> wanted = new LinkedHashMap<>();

    /** How many subscribers there are for each prefix. */
    private final Map<ByteBuffer, Integer> count = new LinkedHashMap<>();

    Subscribers(PortListener listener) {
        this.listener = listener;
    }

    void add(FeedConnection subscriber, ByteBuffer prefix) {
        if (!wanted.computeIfAbsent(subscriber, s -> new LinkedHashSet<>()).add(prefix)) {
            return;
        }
        if (count.merge(prefix, 1, Integer::sum) == 1) {
            listener.onSubscribed(prefix.array().clone());
        } else {
            listener.onSubscribedAgain(prefix.array().clone());
        }
    }

    void remove(FeedConnection subscriber, ByteBuffer prefix) {
        Set<ByteBuffer> prefixes = wanted.get(subscriber);
        if (prefixes != null && prefixes.remove(prefix)) {
            decrement(prefix);
        }
    }

    void removeAll(FeedConnection subscriber) {
        Set<ByteBuffer> prefixes = wanted.remove(subscriber);
        if (prefixes != null) {
            prefixes.forEach(this::decrement);
        }
    }

    void publish(byte[] frame) {
        wanted.forEach((subscriber, prefixes) -> {
            if (areAsking(prefixes, frame)) {
                subscriber.publish(frame.clone());
            }
        });
    }

    boolean publishIfRoom(byte[] frame) {
        for (Map.Entry<FeedConnection, Set<ByteBuffer>> subscriber : wanted.entrySet()) {
            if (areAsking(subscriber.getValue(), frame) && !subscriber.getKey().hasRoom()) {
                return false;
            }
        }
        publish(frame);
        return true;
    }

    private static boolean areAsking(Set<ByteBuffer> prefixes, byte[] frame) {
        for (ByteBuffer prefix : prefixes) {
            if (MemoryFeed.startsWith(frame, prefix)) {
                return true;
            }
        }
        return false;
    }

    private void decrement(ByteBuffer prefix) {
        if (count.merge(prefix, -1, Integer::sum) == 0) {
            count.remove(prefix);
            listener.onUnsubscribed(prefix.array().clone());
        }
    }
}
