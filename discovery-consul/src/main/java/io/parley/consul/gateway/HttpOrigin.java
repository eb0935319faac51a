package io.parley.consul.gateway;

import io.parley.time.Deadline;
import io.parley.time.TimeSource;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One origin that speaks HTTP/1.1, asked over a connection of its own for each exchange, so that none is left behind and any can be cut
 * at any moment. An exchange has one time limit for all of it, however slowly bytes come. No redirects, no proxies, no compression.
 *
 * <p>Thread-safe.
 */
final class HttpOrigin implements AutoCloseable {

    private final ConsulAddress address;
    private final @Nullable SSLContext tls;
    private final Duration connectLimit;
    private final int maxBody;
    private final TimeSource time;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    /** @param maxBody how many bytes an answer may have besides its head */
    HttpOrigin(ConsulAddress address, @Nullable SSLContext tls, Duration connectLimit, int maxBody, TimeSource time) {
        this.address = address;
        this.tls = tls;
        this.connectLimit = connectLimit;
        this.maxBody = maxBody;
        this.time = time;
    }

    /**
     * Sends one request and reads its answer.
     *
     * @param target path and query, escaped
     * @param headers lines that are ready to be sent, each with its end
     * @throws IOException if that does not come to an end within {@code limit}, or is cut, or is not HTTP
     */
    HttpAnswer exchange(String method, String target, String headers, byte[] body, Duration limit, Cut cut)
            throws IOException {
        Deadline deadline = Deadline.after(limit, time);
        Socket plain = connect(deadline, cut);
        try {
            Socket socket = secured(plain, deadline);
            OutputStream out = socket.getOutputStream();
            out.write(request(method, target, headers, body));
            out.flush();
            InputStream in = new BufferedInputStream(new LimitedStream(socket, deadline));
            return new AnswerReader(in, maxBody).read();
        } finally {
            cut.release();
            open.remove(plain);
            // Without TLS' farewell, which may have to wait for the other end.
            Cut.close(plain);
        }
    }

    /** Cuts all exchanges; there are none afterwards. */
    @Override
    public void close() {
        isClosed = true;
        open.forEach(Cut::close);
    }

    private Socket connect(Deadline deadline, Cut cut) throws IOException {
        IOException failure = new IOException("no address for " + address.host());
        for (InetAddress each : InetAddress.getAllByName(address.host())) {
            var socket = new Socket();
            open.add(socket);
            try {
                if (isClosed) {
                    throw new IOException("Closed");
                }
                cut.hold(socket);
                socket.setTcpNoDelay(true);
                long millis = Math.min(connectLimit.toMillis(), millisLeft(deadline));
                socket.connect(new InetSocketAddress(each, address.port()), (int) millis);
                return socket;
            } catch (IOException e) {
                open.remove(socket);
                Cut.close(socket);
                failure = e;
            }
        }
        throw failure;
    }

    private Socket secured(Socket plain, Deadline deadline) throws IOException {
        if (tls == null) {
            return plain;
        }
        plain.setSoTimeout(millisLeft(deadline));
        var secured = (SSLSocket) tls.getSocketFactory().createSocket(plain, address.bareHost(), address.port(), false);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private byte[] request(String method, String target, String headers, byte[] body) {
        String head = method + ' ' + address.path() + target + " HTTP/1.1\r\nHost: " + address.authority()
                + "\r\nUser-Agent: parley\r\nAccept: application/json\r\nConnection: close\r\n" + headers
                + (method.equals("GET") ? "" : "Content-Length: " + body.length + "\r\n") + "\r\n";
        byte[] first = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[first.length + body.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(body, 0, all, first.length, body.length);
        return all;
    }

    /** At least 1, as 0 would be for ever. */
    private static int millisLeft(Deadline deadline) throws SocketTimeoutException {
        long nanos = deadline.remainingNanos();
        if (nanos == 0) {
            throw new SocketTimeoutException("No answer in time");
        }
        return (int) Math.min(Integer.MAX_VALUE, nanos / 1_000_000 + 1);
    }

    /** What a socket brings before the deadline. Confined to one thread. */
    private static final class LimitedStream extends FilterInputStream {

        private final Socket socket;
        private final Deadline deadline;

        LimitedStream(Socket socket, Deadline deadline) throws IOException {
            super(socket.getInputStream());
            this.socket = socket;
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            socket.setSoTimeout(millisLeft(deadline));
            return super.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            socket.setSoTimeout(millisLeft(deadline));
            return super.read(bytes, offset, length);
        }
    }
}
