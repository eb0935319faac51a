package io.parley.zmq.socket;

import io.parley.transport.MemoryBudget;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pays for publications above the subscriber's limit from a quarter of the port's memory. A message whose connection ends before it is received is
 * never dropped by anybody: what it took is given back when it is found to be collected.
 *
 * <p>Confined to the I/O loop's thread.
 */
final class OversizedMemory {

    /** The largest publication that is taken in: more than a peer can be set to publish, 64 MiB, its fields and its topic. */
    static final int MOST_BYTES = 65 * 1024 * 1024;

    /** Such a part of the port's memory, so that there is always room for newcomers. */
    private static final int PART = 4;

    private final MemoryBudget memory;
    private final List<Paid> paid = new ArrayList<>();

    private record Paid(WeakReference<Oversized> message, int bytes) {}

    OversizedMemory(MemoryBudget memory) {
        this.memory = memory.part(memory.capacity() / PART);
    }

    /** Room for a message of {@code size} octets; null if there is none. */
    @Nullable
    Oversized take(int size) {
        releaseAll(null);
        if (!memory.tryReserve(size)) {
            return null;
        }
        @Nullable Oversized message = null;
        try {
            message = new Oversized(size);
            paid.add(new Paid(new WeakReference<>(message), size));
            return message;
        } finally {
            if (message == null) {
                memory.release(size);
            }
        }
    }

    /** Gives back what {@code message} took. */
    void drop(Oversized message) {
        releaseAll(message);
    }

    private void releaseAll(@Nullable Oversized dropped) {
        paid.removeIf(each -> {
            Oversized message = each.message().get();
            boolean isGone = message == null || message == dropped;
            if (isGone) {
                memory.release(each.bytes());
            }
            return isGone;
        });
    }
}
