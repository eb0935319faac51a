package io.parley.internal.route;

import io.parley.channel.ChannelName;
import io.parley.internal.runtime.MemoryPart;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for a link to one service, or for room on it. Those of one channel keep their order. Confined to the I/O context, but
 * for {@link #reserve} and {@link #isAnybodyHere}, which are thread-safe.
 */
final class WaitQueue {

    /** What one takes besides its payload. */
    static final int EACH = 512;

    private final Map<Key, ArrayDeque<Dispatch>> queues = new LinkedHashMap<>();
    private final AtomicInteger places = new AtomicInteger();
    private final MemoryPart memory;

    /** What cannot overtake each other. */
    private record Key(ChannelName channel, long target) {}

    /** @param memory pays for those who wait */
    WaitQueue(MemoryPart memory) {
        this.memory = memory;
    }

    /**
     * Takes a place.
     *
     * @return why there is none, if {@code most} are taken or there is no memory; else null
     */
    @Nullable
    String reserve(Dispatch outgoing, int most) {
        if (places.incrementAndGet() > most) {
            places.decrementAndGet();
            return most + " messages wait already (Limits.withMaxWaiting)";
        }
        long bytes = EACH + outgoing.bytes();
        if (!memory.take(bytes)) {
            places.decrementAndGet();
            return memory.refused("A message on " + outgoing.channel + " cannot wait for an instance", bytes);
        }
        outgoing.paid = bytes;
        return null;
    }

    private void leave(Dispatch outgoing) {
        memory.give(outgoing.paid);
        outgoing.paid = 0;
        places.decrementAndGet();
    }

    int size() {
        return places.get();
    }

    boolean isAnybodyHere() {
        return places.get() > 0;
    }

    /** Queues what has a place, and tries it if nothing of its channel waits before it. */
    void add(Dispatch outgoing, Predicate<Dispatch> isSettled) {
        var key = new Key(outgoing.channel, outgoing.target());
        ArrayDeque<Dispatch> queue = queues.computeIfAbsent(key, unseen -> new ArrayDeque<>());
        queue.add(outgoing);
        if (queue.size() == 1) {
            advance(queue, isSettled);
            if (queue.isEmpty()) {
                queues.remove(key);
            }
        }
    }

    /** Tries each channel's messages in order, up to the first that has to go on waiting. */
    void retry(Predicate<Dispatch> isSettled) {
        queues.values().removeIf(queue -> {
            advance(queue, isSettled);
            return queue.isEmpty();
        });
    }

    /** Looks at every one, whatever waits before it. */
    void sweep(Predicate<Dispatch> isSettled) {
        queues.values().removeIf(queue -> {
            for (Iterator<Dispatch> all = queue.iterator(); all.hasNext(); ) {
                Dispatch next = all.next();
                if (isSettled.test(next)) {
                    all.remove();
                    leave(next);
                }
            }
            return queue.isEmpty();
        });
    }

    boolean isEmpty() {
        return queues.isEmpty();
    }

    Iterable<Dispatch> takeAll() {
        var all = new ArrayList<Dispatch>();
        queues.values().forEach(all::addAll);
        queues.clear();
        all.forEach(this::leave);
        return all;
    }

    private void advance(ArrayDeque<Dispatch> queue, Predicate<Dispatch> isSettled) {
        while (!queue.isEmpty() && isSettled.test(queue.element())) {
            leave(queue.remove());
        }
    }
}
