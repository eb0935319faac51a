package io.parley.consul.gateway;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/**
 * A connection for one exchange. HttpClient's own logs what it sends, the token included, as soon as somebody turns on debugging for the
 * whole process; this one has no way to.
 *
 * <p>Confined to one thread, save for {@link #close(CloseMode)}, which is thread-safe.
 */
final class UnloggedConnection extends DefaultBHttpClientConnection implements ManagedHttpClientConnection {

    private volatile boolean isClosed;

    UnloggedConnection(Http1Config bounds) {
        super(bounds);
    }

    @Override
    public void bind(Socket socket) throws IOException {
        bind(new SocketHolder(socket));
    }

    @Override
    public void bind(SSLSocket secured, Socket socket) throws IOException {
        bind(new SocketHolder(secured, socket));
    }

    @Override
    protected void bind(SocketHolder holder) throws IOException {
        super.bind(holder);
        // Looked at afterwards: whoever closes at the same time has either seen the socket, or is seen here.
        if (isClosed) {
            holder.getBaseSocket().close();
            throw new InterruptedIOException("Cut");
        }
    }

    @Override
    public @Nullable Socket getSocket() {
        SocketHolder holder = getSocketHolder();
        return holder == null ? null : holder.getSocket();
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        super.close();
    }

    @Override
    public void close(CloseMode mode) {
        isClosed = true;
        super.close(mode);
    }

    /** Never: it serves one exchange, and is not kept for another. */
    @Override
    public void passivate() {}

    @Override
    public void activate() {}
}
