package io.parley.benchmarks.resilience;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A TCP connection to a port of this machine over which ZMTP 3.0 is spoken by hand (RFC 23), as far as an attacker needs it. Confined to
 * one thread.
 */
final class ZmtpConnection implements Closeable {

    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int GREETING = 64;
    private static final int LONG = 0x02;
    private static final int COMMAND = 0x04;
    private static final int LONGEST_SHORT = 255;

    private final Socket socket = new Socket();

    /** Connects, and sends the greeting. */
    ZmtpConnection(int port) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        ByteBuffer greeting = ByteBuffer.allocate(GREETING);
        greeting.put((byte) 0xff).position(9).put((byte) 0x7f).put((byte) 3).put((byte) 0);
        greeting.put("NULL".getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(greeting.array());
    }

    /** Finishes the handshake as a socket of {@code type}. */
    ZmtpConnection shakeHands(String type) throws IOException {
        new DataInputStream(socket.getInputStream()).readFully(new byte[GREETING]);
        byte[] name = "Socket-Type".getBytes(StandardCharsets.US_ASCII);
        byte[] value = type.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer ready = ByteBuffer.allocate(6 + 1 + name.length + Integer.BYTES + value.length);
        ready.put((byte) 5).put("READY".getBytes(StandardCharsets.US_ASCII));
        ready.put((byte) name.length).put(name).putInt(value.length).put(value);
        write(COMMAND, ready.array());
        read();
        return this;
    }

    void send(byte[] frame) throws IOException {
        write(0, frame);
    }

    private void write(int flags, byte[] body) throws IOException {
        boolean isLong = body.length > LONGEST_SHORT;
        ByteBuffer head = ByteBuffer.allocate(isLong ? 1 + Long.BYTES : 2);
        head.put((byte) (isLong ? flags | LONG : flags));
        if (isLong) {
            head.putLong(body.length);
        } else {
            head.put((byte) body.length);
        }
        OutputStream out = socket.getOutputStream();
        out.write(head.array());
        out.write(body);
    }

    /** Waits for the next frame or command. */
    byte[] read() throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        boolean isLong = (in.readUnsignedByte() & LONG) != 0;
        byte[] body = new byte[isLong ? Math.toIntExact(in.readLong()) : in.readUnsignedByte()];
        in.readFully(body);
        return body;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
