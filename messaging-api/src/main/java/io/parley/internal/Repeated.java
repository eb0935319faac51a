package io.parley.internal;

import io.parley.internal.wire.Repeats;

/**
 * Messages of one frame that repeat each other, on their way to a handler: each is made by the thread that handles it, which then has it
 * near by. Thread-safe.
 */
final class Repeated implements Lane.Tasks {

    private final Destination to;
    private final Origin origin;
    private final Repeats repeats;
    private final long arrivedNanos;

    Repeated(Destination to, Origin origin, Repeats repeats) {
        this.to = to;
        this.origin = origin;
        this.repeats = repeats;
        arrivedNanos = to.core.time.nanoTime();
    }

    @Override
    public Received task(int index) {
        Received message = to.received(origin, repeats.earlier().head, repeats.id(index));
        repeats.fill(message, index);
        message.onArrived(arrivedNanos);
        return message;
    }
}
