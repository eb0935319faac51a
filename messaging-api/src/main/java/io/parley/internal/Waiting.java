package io.parley.internal;

import io.parley.channel.ChannelName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Messages that wait for a link to one service, or for room on it. Those of one channel keep their order. Confined to the I/O context, but
 * for {@link #reserve} and {@link #isAnybodyHere}, which are thread-safe.
 */
final class Waiting {

    private final Map<Key, ArrayDeque<Outgoing>> queues = new LinkedHashMap<>();
    private final AtomicInteger places = new AtomicInteger();

    /** What cannot overtake each other. */
    private record Key(ChannelName channel, long target) {}

    /** Takes a place, unless {@code most} are taken. */
    boolean reserve(int most) {
        if (places.incrementAndGet() > most) {
            places.decrementAndGet();
            return false;
        }
        return true;
    }

    int size() {
        return places.get();
    }

    boolean isAnybodyHere() {
        return places.get() > 0;
    }

    /** Queues what has a place, and tries it if nothing of its channel waits before it. */
    void add(Outgoing outgoing, Predicate<Outgoing> isSettled) {
        var key = new Key(outgoing.channel, outgoing.target());
        ArrayDeque<Outgoing> queue = queues.computeIfAbsent(key, unseen -> new ArrayDeque<>());
        queue.add(outgoing);
        if (queue.size() == 1) {
            advance(queue, isSettled);
            if (queue.isEmpty()) {
                queues.remove(key);
            }
        }
    }

    /** Tries each channel's messages in order, up to the first that has to go on waiting. */
    void retry(Predicate<Outgoing> isSettled) {
        queues.values().removeIf(queue -> {
            advance(queue, isSettled);
            return queue.isEmpty();
        });
    }

    /** Looks at every one, whatever waits before it. */
    void sweep(Predicate<Outgoing> isSettled) {
        queues.values().removeIf(queue -> {
            for (Iterator<Outgoing> all = queue.iterator(); all.hasNext(); ) {
                if (isSettled.test(all.next())) {
                    all.remove();
                    places.decrementAndGet();
                }
            }
            return queue.isEmpty();
        });
    }

    boolean isEmpty() {
        return queues.isEmpty();
    }

    Iterable<Outgoing> takeAll() {
        var all = new ArrayList<Outgoing>();
        queues.values().forEach(all::addAll);
        queues.clear();
        places.addAndGet(-all.size());
        return all;
    }

    private void advance(ArrayDeque<Outgoing> queue, Predicate<Outgoing> isSettled) {
        while (!queue.isEmpty() && isSettled.test(queue.element())) {
            queue.remove();
            places.decrementAndGet();
        }
    }
}
