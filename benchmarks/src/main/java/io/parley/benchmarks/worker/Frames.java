package io.parley.benchmarks.worker;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Frames with their length in front over a socket channel that blocks. What is put is written once the buffer is full or flushed, and
 * one read takes in as many frames as there are. Confined to one
 * thread that writes and one that reads, which may be the same.
 */
final class Frames {

    private static final int BUFFER = 256 * 1024;
    private static final int LARGEST = 64 << 20;

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER).limit(0);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);

    Frames(SocketChannel channel) {
        this.channel = channel;
    }

    void put(byte[] payload) throws IOException {
        if (out.remaining() < Integer.BYTES) {
            flush();
        }
        out.putInt(payload.length);
        int from = 0;
        while (from < payload.length) {
            if (!out.hasRemaining()) {
                flush();
            }
            int some = Math.min(out.remaining(), payload.length - from);
            out.put(payload, from, some);
            from += some;
        }
    }

    void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }

    /** Waits for a frame. */
    byte[] take() throws IOException {
        require(Integer.BYTES);
        int length = in.getInt();
        if (length < 0 || length > LARGEST) {
            throw new IOException("Not a frame's length: " + length);
        }
        var payload = new byte[length];
        int to = 0;
        while (to < length) {
            if (!in.hasRemaining()) {
                require(1);
            }
            int some = Math.min(in.remaining(), length - to);
            in.get(payload, to, some);
            to += some;
        }
        return payload;
    }

    /** Whether a whole frame was read already. */
    boolean hasNext() {
        return in.remaining() >= Integer.BYTES && in.remaining() - Integer.BYTES >= in.getInt(in.position());
    }

    private void require(int bytes) throws IOException {
        if (in.remaining() >= bytes) {
            return;
        }
        in.compact();
        while (in.position() < bytes) {
            if (channel.read(in) < 0) {
                throw new EOFException("The other end is gone");
            }
        }
        in.flip();
    }
}
