package io.parley.consul.gateway;

import java.io.IOException;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** Ends the exchange that it was given to, whatever that is waiting for, and all that follow. Thread-safe. */
public final class Cut {

    private @Nullable Socket socket;
    private boolean isCut;

    /** A second call does nothing. */
    public synchronized void cut() {
        isCut = true;
        if (socket != null) {
            close(socket);
        }
    }

    synchronized void hold(Socket socket) throws IOException {
        if (isCut) {
            close(socket);
            throw new IOException("Not asked any more");
        }
        this.socket = socket;
    }

    synchronized void release() {
        socket = null;
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more, closed or not.
        }
    }
}
