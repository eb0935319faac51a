package io.parley.zmq;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The octets of a dialler that is made by hand: it says HELLO and begins messages that it does not finish. Stateless. */
final class RawPeer {

    private static final int MAX_FRAME = 4_261_888;

    private RawPeer() {}

    /** A link that has said HELLO, or that the other side has hung up on. */
    static Stranger link(String address, boolean asksForCredit) {
        var stranger = new Stranger(address);
        try {
            stranger.shakeHands("DEALER").send(message(hello(asksForCredit)));
        } catch (UncheckedIOException e) {
            // Hung up on before the handshake was over: there is no memory for another connection, which is an answer
            // too.
            stranger.send(new byte[0]);
        }
        return stranger;
    }

    /** A frame with HELLO, from an instance of the service {@code stranger}. */
    static byte[] hello(boolean asksForCredit) {
        ByteBuffer body = ByteBuffer.allocate(128)
                .put((byte) 1)
                .put((byte) 1)
                .putLong(0xBAD)
                .putLong(0);
        text(body, "stranger");
        text(body, "stranger-1");
        body.putInt(MAX_FRAME).putLong(1_000).putLong(MAX_FRAME);
        if (asksForCredit) {
            body.put((byte) 3).put((byte) 0);
        }
        return frame(0x01, octets(body));
    }

    /** A frame with one CHUNK: the beginning of a one-way message of so many octets after it. */
    static byte[] beginning(String channel, int rest) {
        ByteBuffer message = ByteBuffer.allocate(128)
                .put((byte) 0x13)
                .putLong(0xBAD)
                .putLong(1)
                .put((byte) 0)
                .putShort((short) (3 + channel.length()))
                .put((byte) 1)
                .putShort((short) channel.length())
                .put(channel.getBytes(StandardCharsets.US_ASCII));
        return chunk(rest, octets(message));
    }

    /** A frame with one CHUNK. */
    static byte[] chunk(int rest, byte[] octets) {
        return frame(
                0x19, octets(ByteBuffer.allocate(4 + octets.length).putInt(rest).put(octets)));
    }

    /** A ZeroMQ message of one part. */
    static byte[] message(byte[] frame) {
        return frame.length < 256 ? Stranger.frame(0, frame) : Stranger.longFrame(0, frame.length, frame);
    }

    private static byte[] frame(int kind, byte[] body) {
        return octets(ByteBuffer.allocate(7 + body.length)
                .put((byte) 'P')
                .put((byte) 1)
                .putInt(1 + body.length)
                .put((byte) kind)
                .put(body));
    }

    private static void text(ByteBuffer to, String text) {
        to.put((byte) text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] octets(ByteBuffer filled) {
        byte[] octets = new byte[filled.position()];
        filled.flip().get(octets);
        return octets;
    }
}
