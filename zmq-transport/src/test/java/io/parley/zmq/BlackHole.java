package io.parley.zmq;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP proxy on the loopback that can stop forwarding, with its connections open, and go on later with all that it was sent. Thread-safe. */
final class BlackHole implements Closeable {

    private static final int BUFFER = 16 * 1024;

    private final ServerSocket server;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Object gate = new Object();
    private boolean isOpen = true;

    /** @param target the port on the loopback to which it forwards */
    BlackHole(int target) throws IOException {
        this.target = target;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::acceptAll);
    }

    int port() {
        return server.getLocalPort();
    }

    void stopForwarding() {
        synchronized (gate) {
            isOpen = false;
        }
    }

    void goOn() {
        synchronized (gate) {
            isOpen = true;
            gate.notifyAll();
        }
    }

    @Override
    public void close() throws IOException {
        goOn();
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "black-hole");
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket near = server.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                sockets.add(near);
                sockets.add(far);
                start(() -> forward(near, far));
                start(() -> forward(far, near));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void forward(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
                pass();
                out.write(buffer, 0, length);
            }
        } catch (IOException e) {
            // One end has hung up, and so does this.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass() throws InterruptedException {
        synchronized (gate) {
            while (!isOpen) {
                gate.wait();
            }
        }
    }
}
