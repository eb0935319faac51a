package io.parley.zmq.socket;

/**
 * A publication above the subscriber's limit. JeroMQ would end the connection, and all subscriptions with it, so such a publication is
 * taken in, if {@link OversizedMemory} has room for it, and dropped by whoever receives it.
 *
 * <p>Confined to the I/O loop's thread.
 */
final class Oversized extends Arrived {

    Oversized(int size) {
        super(new byte[size]);
    }
}
