package io.parley.transport.memory;

/**
 * Something between two ports that a network can break: a link or a feed.
 *
 * <p>Thread-safe.
 */
abstract class Connection {

    /** The port that asked for the connection. */
    final MemoryPort near;

    /** The port that was bound. */
    final MemoryPort far;

    /** Whether frames or news were lost on the way: then it cannot go on as if nothing had happened. */
    volatile boolean lossy;

    Connection(MemoryPort near, MemoryPort far) {
        this.near = near;
        this.far = far;
    }

    final boolean touches(MemoryPort port) {
        return near == port || far == port;
    }

    /** Whether frames get through; notes that one did not. */
    final boolean passes() {
        if (near.network.isPartitioned(near.address(), far.address())) {
            lossy = true;
            return false;
        }
        return true;
    }

    /** Breaks it: both ends are told, each in its own context. */
    abstract void sever(String reason);

    /** One end's port has closed; the other end is told after what was sent before. */
    abstract void onClosed(MemoryPort port);
}
