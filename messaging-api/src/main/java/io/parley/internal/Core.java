package io.parley.internal;

import io.parley.channel.ChannelName;
import io.parley.codec.Codec;
import io.parley.environment.Pool;
import io.parley.failure.PeerClosedException;
import io.parley.internal.wire.Control.Speaker;
import io.parley.internal.wire.TextCache;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.time.TimeSource;
import io.parley.transport.Port;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What all parts of one peer share. Thread-safe, but for what says otherwise. */
final class Core {

    final Settings settings;
    final TimeSource time;
    final PeerName name;
    final long incarnation;
    final Speaker speaker;
    final Counters counters = new Counters();
    final Complaints complaints;
    final Flows flows;
    final Pool pool;
    /** Messages that a handler has not finished. */
    final AtomicInteger inHand = new AtomicInteger();
    /** Confined to the I/O context. */
    final TextCache texts = new TextCache();

    private final AtomicLong sequence = new AtomicLong();
    private @Nullable Port port;
    private volatile boolean closing;

    Core(Settings settings) {
        this.settings = settings;
        time = settings.environment().time();
        name = new PeerName(settings.service(), settings.instance());
        long random;
        do {
            random = settings.environment().random().nextLong();
        } while (random == 0);
        incarnation = random;
        speaker = new Speaker(incarnation, name.service(), name.instance());
        complaints = new Complaints(time, settings.errorHandler());
        flows = new Flows(settings.flowTap(), time, complaints);
        pool = settings.handlerExecutor() != null
                ? Pool.borrowed(settings.handlerExecutor())
                : settings.environment()
                        .openPool(
                                "parley-handlers-" + name.instance(),
                                settings.limits().handlerThreads());
    }

    /** Called once, before anybody can call {@link #port}. */
    void bind(Port port) {
        this.port = port;
    }

    Port port() {
        if (port == null) {
            throw new IllegalStateException("The port is not bound yet");
        }
        return port;
    }

    boolean isBound() {
        return port != null;
    }

    MessageId nextId() {
        return new MessageId(incarnation, sequence.incrementAndGet());
    }

    /** @throws IllegalArgumentException if another service owns the channel */
    void requireOwn(ChannelName channel) {
        if (!channel.owner().equals(name.service())) {
            throw new IllegalArgumentException(
                    "Peer " + name + " cannot serve or publish " + channel + ": it is owned by " + channel.owner());
        }
    }

    /** The codec for payloads of {@code type}: the first that supports it. */
    Codec codecFor(Class<?> type) {
        for (Codec codec : settings.codecs()) {
            if (codec.supports(type)) {
                return codec;
            }
        }
        throw new IllegalArgumentException("No codec supports " + type);
    }

    void closing() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }

    void requireOpen() {
        if (closing) {
            throw new PeerClosedException("Peer " + name + " is closed or closing");
        }
    }

    /** Runs application code on the pool, or right here if the pool takes nothing any more. */
    void runOnPool(Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            complaints.complain("pool", "The handler pool takes no more tasks; this one runs in place", e);
            task.run();
        }
    }
}
