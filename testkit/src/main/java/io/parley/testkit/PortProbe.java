package io.parley.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.environment.Environment;
import io.parley.transport.DeferredFrame;
import io.parley.transport.Feed;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.MemoryBudget;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A port under test: writes down what happens at it, and whether it happens in the I/O context and one thing at a time.
 * Frames are written down as text.
 *
 * <p>Thread-safe.
 */
public final class PortProbe implements PortListener {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    public final List<LinkProbe> accepted = new CopyOnWriteArrayList<>();
    public final List<String> subscribed = new CopyOnWriteArrayList<>();
    public final List<String> unsubscribed = new CopyOnWriteArrayList<>();
    public final List<String> troubles = new CopyOnWriteArrayList<>();
    public final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /** Calls that came outside the context, during another, or after the port was closed. */
    public final List<String> violations = new CopyOnWriteArrayList<>();

    private final PortOptions options;
    private volatile @Nullable Port port;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean closed;
    private volatile boolean echo;

    private PortProbe(Transport transport, PortOptions options) {
        this.options = options;
        port = transport.open(options, this);
    }

    /** Opens a port with a name of its own. */
    public static PortProbe open(Transport transport, int maxFrameBytes, int maxQueuedFrames) {
        String name = "probe" + NUMBER.incrementAndGet();
        return new PortProbe(transport, new PortOptions(name, Environment.system(), maxFrameBytes, maxQueuedFrames));
    }

    /** Opens a port with a name of its own and a bound on what others may make it hold. */
    public static PortProbe open(Transport transport, int maxFrameBytes, int maxQueuedFrames, MemoryBudget memory) {
        String name = "probe" + NUMBER.incrementAndGet();
        return new PortProbe(
                transport,
                new PortOptions(
                        name,
                        Environment.system(),
                        maxFrameBytes,
                        maxQueuedFrames,
                        maxFrameBytes,
                        maxQueuedFrames,
                        memory));
    }

    /** Others may be quick to connect: then a transport calls its listener a moment before its {@code open} has returned. */
    public Port port() {
        Port known = port;
        while (known == null) {
            Thread.onSpinWait();
            known = port;
        }
        return known;
    }

    /** Names the port's threads. */
    public String name() {
        return options.name();
    }

    /** From now on whatever arrives on an accepted link goes back. */
    public PortProbe echoing() {
        echo = true;
        return this;
    }

    /** Runs {@code call} in the I/O context and hands its result out. */
    public <T> T call(Supplier<T> call) {
        var result = new CompletableFuture<T>();
        port().execute(() -> {
            try {
                result.complete(call.get());
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("The I/O context did not run a task", e);
        }
    }

    public LinkProbe connect(String address) {
        return call(() -> {
            var probe = new LinkProbe();
            probe.link = port().connect(address, probe);
            return probe;
        });
    }

    public FeedProbe follow(String publishAddress, String... prefixes) {
        return call(() -> {
            var probe = new FeedProbe();
            Feed feed = port().openFeed(
                            publishAddress, frame -> inContext("feed frame", () -> probe.frames.add(text(frame))));
            probe.feed = feed;
            for (String prefix : prefixes) {
                feed.subscribe(bytes(prefix));
            }
            return probe;
        });
    }

    public void publish(String frame) {
        port().execute(() -> port().publish(bytes(frame)));
    }

    /** Waits until the first link accepted has received {@code count} frames, and returns all it has received. */
    List<String> awaitFrames(int count) {
        Await.until(
                count + " frames arrive",
                () -> !accepted.isEmpty() && accepted.get(0).frames.size() >= count);
        return accepted.get(0).frames;
    }

    public void close() {
        close(Duration.ofSeconds(5));
    }

    public void close(Duration limit) {
        port().close(limit);
        closed = true;
    }

    @Override
    public LinkListener onAccepted(Link link) {
        var probe = new LinkProbe();
        probe.link = link;
        probe.echoing = echo;
        inContext("accepted", () -> accepted.add(probe));
        return probe;
    }

    @Override
    public void onSubscribed(byte[] prefix) {
        inContext("subscribed", () -> subscribed.add(text(prefix)));
    }

    @Override
    public void onUnsubscribed(byte[] prefix) {
        inContext("unsubscribed", () -> unsubscribed.add(text(prefix)));
    }

    @Override
    public void onTrouble(String what) {
        inContext("trouble", () -> troubles.add(what));
    }

    @Override
    public void onFailure(Throwable cause) {
        inContext("failure", () -> failures.add(cause));
    }

    private void inContext(String what, Runnable action) {
        if (!port().inContext()) {
            violations.add(what + " outside the context");
        }
        if (closed) {
            violations.add(what + " after the port was closed");
        }
        boolean alone = busy.compareAndSet(false, true);
        if (!alone) {
            violations.add(what + " during another call");
        }
        try {
            action.run();
        } finally {
            if (alone) {
                busy.set(false);
            }
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    /** A link of the port's, and what happened on it. */
    public final class LinkProbe implements LinkListener {

        public final List<String> frames = new CopyOnWriteArrayList<>();
        public final List<String> downs = new CopyOnWriteArrayList<>();
        public final AtomicInteger received = new AtomicInteger();
        public final AtomicInteger writable = new AtomicInteger();
        public final AtomicInteger pumped = new AtomicInteger();
        public final AtomicInteger refusals = new AtomicInteger();
        private int toPump;
        private int pumpBytes;
        private int numbersSeen;
        private volatile boolean ordered = true;
        private volatile @Nullable Link link;
        private volatile boolean echoing;

        private LinkProbe() {}

        /** Sends from any thread; the answer is that of {@link Link#send}. */
        public boolean send(String frame) {
            return send(bytes(frame));
        }

        public boolean send(byte[] frame) {
            return call(() -> link().send(frame));
        }

        public void close() {
            call(() -> {
                link().close();
                return true;
            });
        }

        /** Sends {@code count} numbered frames, as fast as the link takes them; every other one is put together late. */
        public void pump(int count, int bytes) {
            port().execute(() -> {
                toPump = count;
                pumpBytes = bytes;
                pumpOn();
            });
        }

        /** Whether all numbered frames so far came in their order. */
        public boolean inOrder() {
            return ordered;
        }

        private void pumpOn() {
            while (pumped.get() < toPump) {
                var frame = new Numbered(pumped.get(), pumpBytes);
                boolean isTaken = frame.number % 2 == 0 ? link().send(frame) : link().send(frame.toBytes());
                if (!isTaken) {
                    refusals.incrementAndGet();
                    return;
                }
                pumped.incrementAndGet();
            }
        }

        /** To be used in the I/O context. */
        public Link link() {
            Link known = link;
            if (known == null) {
                throw new AssertionError("Called before connect returned");
            }
            return known;
        }

        public boolean isDown() {
            return !downs.isEmpty();
        }

        @Override
        public void onFrame(byte[] frame) {
            inContext("frame", () -> {
                received.incrementAndGet();
                if (frame.length < 100) {
                    frames.add(text(frame));
                } else if (!new Numbered(numbersSeen++, frame.length).is(frame)) {
                    ordered = false;
                }
                if (echoing) {
                    link().send(frame);
                } else {
                    link().reuse(frame);
                }
                if (isDown()) {
                    violations.add("frame after down");
                }
            });
        }

        @Override
        public void onWritable() {
            inContext("writable", () -> {
                writable.incrementAndGet();
                pumpOn();
            });
        }

        @Override
        public void onDown(String reason) {
            inContext("down", () -> {
                if (isDown()) {
                    violations.add("down twice");
                }
                downs.add(reason);
            });
        }
    }

    /** A frame that consists of its number, from its beginning to its end. */
    private record Numbered(int number, int length) implements DeferredFrame {

        @Override
        public void writeTo(byte[] target) {
            ByteBuffer to = ByteBuffer.wrap(target, 0, length);
            while (to.remaining() >= Integer.BYTES) {
                to.putInt(number);
            }
        }

        boolean is(byte[] frame) {
            return Arrays.equals(frame, toBytes());
        }
    }

    /** A feed of the port's, and what came of it. */
    public final class FeedProbe {

        public final List<String> frames = new CopyOnWriteArrayList<>();
        private volatile @Nullable Feed feed;

        private FeedProbe() {}

        public void subscribe(String prefix) {
            port().execute(() -> feed().subscribe(bytes(prefix)));
        }

        public void unsubscribe(String prefix) {
            port().execute(() -> feed().unsubscribe(bytes(prefix)));
        }

        public void close() {
            call(() -> {
                feed().close();
                return true;
            });
        }

        private Feed feed() {
            Feed known = feed;
            if (known == null) {
                throw new AssertionError("Called before follow returned");
            }
            return known;
        }
    }
}
