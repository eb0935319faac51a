package io.parley.internal.runtime;

import io.parley.channel.ChannelName;
import io.parley.codec.Codec;
import io.parley.environment.Pool;
import io.parley.failure.PeerClosedException;
import io.parley.internal.convert.Deadlines;
import io.parley.internal.lane.InFlightCount;
import io.parley.internal.lane.Lane;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.TextCache;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.time.Deadline;
import io.parley.time.Timers;
import io.parley.transport.Port;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What all parts of one peer share. Thread-safe, but for what says otherwise. */
public final class PeerContext {

    private static final long BIND_LIMIT_SECONDS = 5;

    /** A beat that is later than this tells that the I/O context, or the process, stood still. */
    private static final long STOOD_STILL_NANOS = 100_000_000;

    /** GOING-AWAY says no more. */
    private static final long MOST_MILLIS = 0xFFFF_FFFFL;

    public final PeerConfig config;
    /** Bounds what others can make this peer hold, over all its links and ports. */
    public final Memory memory;

    /** What the peer, its ports and its pools get time and threads from. */
    public final PeerEnvironment environment;

    public final Uncaught uncaught;
    /** Ends with the peer. */
    public final Timers time;

    /** What this peer counts from when it tells others when it sent something, in nanoseconds by {@link #time}. */
    public final long openedAt;

    private volatile long nextBeat;
    public final PeerName name;
    public final long incarnation;
    public final PeerId speaker;
    public final Counters counters = new Counters();
    public final ErrorReporter complaints;
    public final Callbacks callbacks;
    public final FlowLog flows;
    /** Null where nobody traces. */
    public final @Nullable Traces traces;
    /** For handlers. */
    public final Pool pool;
    /** For what callers wait for: apart from the handlers, which may be the callers, so that these cannot keep each other waiting. */
    public final Pool answers;
    /** For what takes the processor a while: threads that nobody waits for, as the system lets those wait that have worked. */
    public final Pool aside;
    /** The way to the threads for what callers wait for. */
    public final Lane callers;
    /** Messages that a handler has not finished, without those of reserved channels: who looks at a peer does not change what there is to see. */
    public final InFlightCount inHand = new InFlightCount();

    public final InFlightCount inHandReserved = new InFlightCount();

    /** Confined to the I/O context. */
    public final TextCache texts = new TextCache();

    private final AtomicLong sequence = new AtomicLong();
    private final CountDownLatch bound = new CountDownLatch(1);
    private volatile @Nullable Port port;
    private volatile @Nullable Deadline closesAt;
    private volatile boolean closing;
    private volatile boolean finished;

    public PeerContext(PeerConfig config) {
        this.config = config;
        name = new PeerName(config.identity().service(), config.identity().instance());
        long random;
        do {
            random = config.plugins().environment().random().nextLong();
        } while (random == 0);
        incarnation = random;
        speaker = new PeerId(incarnation, name.service(), name.instance());
        complaints = new ErrorReporter(
                config.plugins().environment().time(), config.observation().errorHandler());
        callbacks = new Callbacks(complaints);
        uncaught = new Uncaught(complaints);
        environment = new PeerEnvironment(
                config.plugins().environment(), config.identity().instance(), uncaught);
        time = environment.timers();
        openedAt = time.nanoTime();
        nextBeat = openedAt + config.limits().heartbeat().toNanos();
        memory = new Memory(config.limits(), complaints);
        flows = new FlowLog(config, name, time, callbacks);
        traces = Traces.of(config, name, callbacks);
        pool = config.plugins().handlerExecutor() != null
                ? new BorrowedExecutor(config.plugins().handlerExecutor(), complaints)
                : environment.openPool(handlerThreads(), config.limits().handlerThreads());
        answers = environment.openPool(
                "parley-answers-" + name.instance(), config.limits().handlerThreads());
        aside = environment.openPool("parley-aside-" + name.instance(), 1);
        callers = new Lane(answers, time, config.limits().handlerThreads(), Integer.MAX_VALUE);
    }

    /** The name of this peer's own threads for handlers, without their numbers. */
    private String handlerThreads() {
        return "parley-handlers-" + name.instance();
    }

    /** With what the names of the threads begin on which handlers run; null if those are the application's own. */
    @Nullable
    public String ownHandlerThreads() {
        return config.plugins().handlerExecutor() == null ? handlerThreads() : null;
    }

    /** Called once. */
    public void bind(Port port) {
        this.port = port;
        bound.countDown();
    }

    public Port port() {
        Port known = port;
        return known != null ? known : awaitPort();
    }

    /** Others may be quick to connect: then the transport calls its listener a moment before its {@code open} has returned. */
    private Port awaitPort() {
        try {
            if (bound.await(BIND_LIMIT_SECONDS, TimeUnit.SECONDS) && port != null) {
                return port;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("The port is not bound");
    }

    public boolean isBound() {
        return port != null;
    }

    public MessageId nextId() {
        return new MessageId(incarnation, sequence.incrementAndGet());
    }

    /** Whether {@link #nextId} has given out that number. */
    public boolean hasGivenOut(MessageId id) {
        return id.incarnation() == incarnation && id.sequence() > 0 && id.sequence() <= sequence.get();
    }

    /** @throws IllegalArgumentException if another service owns the channel */
    public void requireOwn(ChannelName channel) {
        if (!channel.owner().equals(name.service())) {
            throw new IllegalArgumentException(
                    "Peer " + name + " cannot serve or publish " + channel + ": it is owned by " + channel.owner());
        }
        if (channel.isReserved()) {
            throw new IllegalArgumentException("Peer " + name + " cannot serve or publish " + channel
                    + ": names that begin with " + ChannelName.RESERVED + " are reserved");
        }
    }

    /** The codec for payloads of {@code type}: the first that supports it. */
    public Codec codecFor(Class<?> type) {
        for (Codec codec : config.plugins().codecs()) {
            if (codec.supports(type)) {
                return codec;
            }
        }
        throw new IllegalArgumentException("No codec supports " + type);
    }

    /** The I/O context has had its beat, and is to have the next one at {@code nanoTime}. */
    public void expectBeat(long nanoTime) {
        nextBeat = nanoTime;
    }

    /**
     * Since when the time counts that remains to a message which was read now, if its sender does not say when it was sent: if the I/O
     * context stood still until a moment ago, it may have waited for as long.
     */
    public long countsFrom(long now) {
        long due = nextBeat;
        return now - due > STOOD_STILL_NANOS ? due : now;
    }

    /** Begins to close; links and handlers have until {@code limit}. */
    public void closing(Deadline limit) {
        closesAt = limit;
        closing = true;
    }

    /** In how many milliseconds a closing peer ends its links, as GOING-AWAY says it. */
    public long millisToClose() {
        Deadline limit = closesAt;
        return limit == null ? 0 : Math.min(Deadlines.toMillis(limit), MOST_MILLIS);
    }

    public boolean isClosing() {
        return closing;
    }

    /** Nothing is sent or received any more. Called before the port is closed. */
    public void finish() {
        closing = true;
        finished = true;
    }

    public boolean isFinished() {
        return finished;
    }

    boolean isNothingInHand() {
        return isNothingInHandBut(0);
    }

    /** Whether no handler has anything to do, but so many that are not waited for. */
    public boolean isNothingInHandBut(long many) {
        return inHand.isAtMost(many) && inHandReserved.isAtMost(0);
    }

    public void requireOpen() {
        if (closing) {
            throw new PeerClosedException("Peer " + name + " is closed or closing");
        }
    }

    /** As {@link #requireOpen}, but while a closing peer still has messages in hand, their handlers may send. */
    public void requireMaySend() {
        if (finished || (closing && isNothingInHand())) {
            throw new PeerClosedException("Peer " + name + " is closed or closing");
        }
    }

    /** Tells a caller what became of its message, in a thread that may run its code; right here if there is none any more. */
    public void runCallback(Runnable task) {
        boolean isTaken = false;
        try {
            isTaken = callers.offer(task);
        } finally {
            if (!isTaken) {
                task.run();
            }
        }
    }
}
