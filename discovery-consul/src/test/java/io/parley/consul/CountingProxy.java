package io.parley.consul;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between a discovery and its agent, notes the head of each request, and can cut everything. It relies on one request a
 * connection. Thread-safe.
 */
final class CountingProxy implements AutoCloseable {

    private final ServerSocket listening;
    private final int target;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isCut;

    private CountingProxy(ServerSocket listening, int target) {
        this.listening = listening;
        this.target = target;
    }

    /** Passes on to {@code target}, a port of this machine. */
    static CountingProxy to(int target) {
        try {
            var proxy = new CountingProxy(new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1")), target);
            start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    /** First line and headers of all requests so far. */
    List<String> heads() {
        return heads;
    }

    /** How many requests there were whose first line contains {@code part}. */
    long count(String part) {
        return heads.stream()
                .filter(head -> head.lines().findFirst().orElse("").contains(part))
                .count();
    }

    /** Connections that wait for an answer. */
    int connections() {
        return open.size();
    }

    /** Hangs up on all, and on whoever comes. */
    void cut() {
        isCut = true;
        open.forEach(CountingProxy::end);
    }

    void mend() {
        isCut = false;
    }

    @Override
    public void close() {
        cut();
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                start(() -> pass(socket));
            }
        } catch (IOException e) {
            // It has been closed.
        }
    }

    private void pass(Socket socket) {
        open.add(socket);
        try (socket) {
            InputStream in = socket.getInputStream();
            byte[] head = head(in);
            heads.add(new String(head, StandardCharsets.ISO_8859_1));
            if (isCut) {
                return;
            }
            try (var agent = new Socket("127.0.0.1", target)) {
                agent.getOutputStream().write(head);
                start(() -> copyQuietly(in, agent, socket));
                agent.getInputStream().transferTo(socket.getOutputStream());
            }
        } catch (IOException e) {
            // One of the two has hung up, and so does the other.
        } finally {
            open.remove(socket);
        }
    }

    /** Whoever asks may hang up while it waits; then nobody waits for the agent either. */
    private static void copyQuietly(InputStream in, Socket agent, Socket socket) {
        try {
            OutputStream out = agent.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // As below.
        }
        end(agent);
        end(socket);
    }

    private static byte[] head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int last = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.write(next);
            last = next == '\r' ? last : next == '\n' ? last + 1 : 0;
            if (last == 2) {
                break;
            }
        }
        return head.toByteArray();
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
