package io.parley.internal.link;

import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.TextCache;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.Transport;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A peer's second port, for bulk links: with an I/O context of its own, so that what is large keeps nobody waiting. It is opened when
 * the first link wants one.
 *
 * <p>Thread-safe; what {@link PortListener} asks for is called in the port's own I/O context.
 */
public final class BulkPort implements PortListener {

    /** Awaits a connection whose first frame holds a token. */
    interface Expected extends LinkListener {

        /** The other side has connected, and sent the token. Called in the port's I/O context, as are the methods of a listener. */
        void onDialled(Link link);
    }

    /** As few as keep the transport busy. */
    private static final int QUEUED_FRAMES = 2;

    private final PeerContext core;
    private final @Nullable Transport transport;
    private final PortOptions options;

    /** Confined to the port's I/O context. */
    final TextCache texts = new TextCache();

    /** Links that have told their diallers where to dial, by what these are to say. */
    private final Map<Long, Expected> expected = new ConcurrentHashMap<>();

    private @Nullable Port port;
    private boolean failed;
    private boolean closed;

    BulkPort(PeerContext core) {
        this.core = core;
        options = new PortOptions(
                core.config.identity().instance() + "-bulk",
                core.environment,
                FrameFormat.LARGEST,
                QUEUED_FRAMES,
                FrameFormat.LARGEST,
                QUEUED_FRAMES,
                core.memory.connections.budget());
        transport = core.config.plugins().transport().forBulk().orElse(null);
    }

    /** Whether there can be bulk links at all. */
    boolean isPossible() {
        return transport != null;
    }

    /** Hands the port to {@code then}, in its I/O context; at some later time, and never if it cannot be opened. */
    void whenOpen(Consumer<Port> then) {
        try {
            core.aside.execute(() -> {
                Port opened = opened();
                if (opened != null) {
                    opened.execute(() -> then.accept(opened));
                }
            });
        } catch (RejectedExecutionException e) {
            // The peer closes, and needs no further links.
        }
    }

    private synchronized @Nullable Port opened() {
        if (port == null && !failed && !closed && transport != null) {
            try {
                port = transport.open(options, this);
            } catch (RuntimeException e) {
                failed = true;
                core.complaints.report("bulk", "No port for what is large: it goes over the links that are there", e);
            }
        }
        return closed ? null : port;
    }

    /** Has whoever says {@code token} first be that link's other end. */
    void expect(long token, Expected link) {
        expected.put(token, link);
    }

    void forget(long token) {
        expected.remove(token);
    }

    public void close(Duration limit) {
        Port open;
        synchronized (this) {
            closed = true;
            open = port;
        }
        if (open != null) {
            open.close(limit);
        }
    }

    @Override
    public LinkListener onAccepted(Link link) {
        return new Newcomer(link);
    }

    @Override
    public void onSubscribed(byte[] prefix) {}

    @Override
    public void onUnsubscribed(byte[] prefix) {}

    @Override
    public void onTrouble(String what) {
        core.counters.malformedFrames.increment();
        core.complaints.report("transport", "The transport met trouble: " + what, new IllegalStateException(what));
    }

    @Override
    public void onFailure(Throwable cause) {
        synchronized (this) {
            failed = true;
        }
        core.complaints.report(
                "bulk", "The transport for what is large failed: it goes over the links that are there", cause);
    }

    /** Somebody who connected, until it has said which link it belongs to. */
    private final class Newcomer implements LinkListener {

        private final Link link;
        private @Nullable Expected known;

        Newcomer(Link link) {
            this.link = link;
        }

        @Override
        public void onFrame(byte[] frame) {
            if (known != null) {
                known.onFrame(frame);
                return;
            }
            Long token = BulkGreeting.tokenIn(frame);
            known = token == null ? null : expected.remove(token);
            if (known == null) {
                core.counters.malformedFrames.increment();
                link.close();
            } else {
                known.onDialled(link);
            }
        }

        @Override
        public void onWritable() {
            if (known != null) {
                known.onWritable();
            }
        }

        @Override
        public void onDown(String reason) {
            if (known != null) {
                known.onDown(reason);
            }
        }
    }
}
