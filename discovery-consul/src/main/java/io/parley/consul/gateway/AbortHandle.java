package io.parley.consul.gateway;

import java.io.IOException;
import org.apache.hc.core5.concurrent.Cancellable;
import org.jspecify.annotations.Nullable;

/** Ends the exchange that it was given to, whatever that is waiting for, and all that follow. Thread-safe. */
public final class AbortHandle {

    private @Nullable Cancellable exchange;
    private boolean isCut;

    /** A second call does nothing. */
    public synchronized void cut() {
        isCut = true;
        if (exchange != null) {
            exchange.cancel();
        }
    }

    synchronized void hold(Cancellable exchange) throws IOException {
        if (isCut) {
            throw new IOException("Not asked any more");
        }
        this.exchange = exchange;
    }

    synchronized void release() {
        exchange = null;
    }
}
