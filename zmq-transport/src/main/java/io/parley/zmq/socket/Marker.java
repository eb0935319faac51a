package io.parley.zmq.socket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** The frame that JeroMQ delivers to a socket when one of its connections is lost. Random, so that no peer can send it. Immutable. */
final class Marker {

    private static final int BYTES = 16;

    private final byte[] octets;

    Marker(RandomGenerator random) {
        octets = ByteBuffer.allocate(BYTES)
                .putLong(random.nextLong())
                .putLong(random.nextLong())
                .array();
    }

    byte[] octets() {
        return octets;
    }

    boolean is(byte[] frame) {
        return frame.length == BYTES && Arrays.equals(frame, octets);
    }
}
