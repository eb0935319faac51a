package io.parley.zmq;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;

/** Somebody who opens a TCP connection to a port and sends whatever bytes it likes. Confined to one thread. */
final class Stranger implements AutoCloseable {

    private final Socket socket = new Socket();
    private String failure = "";

    Stranger(String address) {
        URI uri = URI.create(address);
        try {
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), 5_000);
            socket.setSoTimeout(20_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goes through the NULL handshake to its end. Data sent before that ends the connection. */
    Stranger shakeHands(String socketType) {
        return shakeHands(socketType, "Identity", "");
    }

    /** As {@link #shakeHands(String)}, with one more property. */
    Stranger shakeHands(String socketType, String property, String value) {
        send(greeting());
        try {
            InputStream input = socket.getInputStream();
            input.readNBytes(64);
            send(ready(socketType, property, value));
            byte[] header = input.readNBytes(2);
            if (header.length < 2) {
                throw new EOFException("hung up on before the handshake was over");
            }
            input.readNBytes(header[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Its own address, as the other side sees it. */
    String localAddress() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** Sends as much of {@code bytes} as the other side takes; being hung up on is no surprise. */
    Stranger send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            failure = e.toString();
        }
        return this;
    }

    /** Reads as many bytes. */
    byte[] receive(int bytes) {
        try {
            return socket.getInputStream().readNBytes(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why the last {@link #send} that failed did, empty if none has. */
    String failure() {
        return failure;
    }

    /** Whether the other side hangs up, reading away what it sends until then. */
    boolean isHungUpOn() {
        try {
            byte[] buffer = new byte[1024];
            while (socket.getInputStream().read(buffer) >= 0) {
                // What it says does not matter.
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** ZMTP 3.0's greeting, with the NULL mechanism. */
    static byte[] greeting() {
        ByteBuffer greeting = ByteBuffer.allocate(64);
        greeting.put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) 3).put((byte) 0);
        greeting.put("NULL".getBytes(US_ASCII));
        return greeting.array();
    }

    /** The command that ends the NULL handshake. */
    static byte[] ready(String socketType, String property, String value) {
        var body = new ByteArrayOutputStream();
        put(body, "\5READY");
        putProperty(body, "Socket-Type", socketType);
        putProperty(body, property, value);
        return join(new byte[] {4, (byte) body.size()}, body.toByteArray());
    }

    /** A frame of up to 255 bytes. */
    static byte[] frame(int flags, byte[] content) {
        return join(new byte[] {(byte) flags, (byte) content.length}, content);
    }

    /** A frame with a length of eight bytes. */
    static byte[] longFrame(int flags, long length, byte[] content) {
        return join(
                ByteBuffer.allocate(9).put((byte) (flags | 2)).putLong(length).array(), content);
    }

    static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static void putProperty(ByteArrayOutputStream to, String name, String value) {
        to.write(name.length());
        put(to, name);
        to.writeBytes(ByteBuffer.allocate(4).putInt(value.length()).array());
        put(to, value);
    }

    private static void put(ByteArrayOutputStream to, String text) {
        to.writeBytes(text.getBytes(US_ASCII));
    }
}
