package io.parley.benchmarks.resilience;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Passes TCP connections on to a port of this machine, and can hold back what comes, as a network does that drops every packet for a
 * while. Thread-safe.
 */
final class TcpProxy implements Closeable {

    private static final int BUFFER = 64 * 1024;

    private final ServerSocket server;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Object turn = new Object();
    private boolean holding;
    private volatile boolean closed;

    private TcpProxy(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    static TcpProxy to(int target) throws IOException {
        var proxy = new TcpProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
        proxy.run(proxy::accept);
        return proxy;
    }

    int port() {
        return server.getLocalPort();
    }

    /** Passes nothing on until {@link #resume}; connections stay. */
    void hold() {
        synchronized (turn) {
            holding = true;
        }
    }

    void resume() {
        synchronized (turn) {
            holding = false;
            turn.notifyAll();
        }
    }

    private void accept() throws IOException, InterruptedException {
        while (!closed) {
            Socket from = server.accept();
            Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
            from.setTcpNoDelay(true);
            to.setTcpNoDelay(true);
            sockets.add(from);
            sockets.add(to);
            run(() -> pass(from, to));
            run(() -> pass(to, from));
        }
    }

    private void pass(Socket from, Socket to) throws IOException, InterruptedException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitTurn();
                out.write(buffer, 0, read);
            }
        }
    }

    private void awaitTurn() throws InterruptedException {
        synchronized (turn) {
            while (holding && !closed) {
                turn.wait();
            }
        }
    }

    private void run(Work work) {
        var thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // One side hung up, or the proxy was closed: the connection is over either way.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        resume();
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
