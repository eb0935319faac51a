package io.parley.benchmarks.footprint;

import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;

/** The channels that are asked on. Stateless. Thread-safe. */
final class Channels {

    /** The service that is linked to, and its channel. */
    static final String LEAF = "leaf";

    static final RequestChannel<byte[], byte[]> LEAF_ECHO = echoOf(LEAF);

    private static final byte[] QUESTION = new byte[64];

    private Channels() {}

    static RequestChannel<byte[], byte[]> echoOf(String service) {
        return PointToPointChannel.of(service + "/echo", byte[].class).withReply(byte[].class);
    }

    static byte[] question() {
        return QUESTION.clone();
    }

    /** @throws IllegalStateException if this is not what was asked */
    static void requireAnswer(byte[] answer) {
        if (answer.length != QUESTION.length) {
            throw new IllegalStateException("Asked " + QUESTION.length + " bytes, was answered " + answer.length);
        }
    }
}
