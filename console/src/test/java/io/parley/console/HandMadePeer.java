package io.parley.console;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.environment.Environment;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.MalformedFrameException;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.TextCache;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.zmq.ZmqTransport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One end of links over ZeroMQ that says what it likes: a stranger, as far as peers are concerned. */
final class HandMadePeer implements PortListener, AutoCloseable {

    static final long INCARNATION = 0x0BAD_0BAD_0BADL;

    private final Port port;
    private final String service;
    private final String instance;
    private final AtomicLong sequence = new AtomicLong();
    private @Nullable ServiceRegistry registry;
    private Function<Control.Hello, Control> greeting = hello -> welcome();
    private @Nullable Function<WireMessage, WireMessage> answer;

    HandMadePeer(String service, String instance) {
        this.service = service;
        this.instance = instance;
        port = ZmqTransport.create().open(new PortOptions(instance, Environment.system(), 1 << 20, 1 << 10), this);
    }

    /** Registers as an instance that serves {@code channel}. */
    HandMadePeer announce(Path mesh, String channel, InteractionStyle style) {
        var channels = new TreeMap<ChannelName, InteractionStyle>();
        channels.put(ChannelName.parse(channel), style);
        registry = LocalDirectoryDiscovery.at(mesh)
                .openRegistry(Environment.system(), ZmqTransport.addresses())
                .orElseThrow();
        registry.announce(new Instance(
                service,
                instance,
                INCARNATION,
                port.address(),
                port.publishAddress(),
                channels,
                Instant.now(),
                Map.of()));
        return this;
    }

    /** What HELLO is answered; by default a WELCOME. */
    HandMadePeer greeting(Function<Control.Hello, Control> greeting) {
        this.greeting = greeting;
        return this;
    }

    /** What a message is answered. */
    HandMadePeer answering(Function<WireMessage, WireMessage> answer) {
        this.answer = answer;
        return this;
    }

    WireMessage fault(WireMessage to, int code, @Nullable String name, String text) {
        WireMessage fault = new WireMessage(SharedFields.of(EnvelopeKind.FAULT), nextId()).payload(octets(text));
        fault.inReplyTo = to.id;
        fault.details().fault = code;
        fault.details().faultName = name;
        return fault;
    }

    WireMessage reply(WireMessage to, String type, String text) {
        WireMessage reply =
                new WireMessage(SharedFields.of(EnvelopeKind.REPLY).of(type, "text/plain;charset=utf-8"), nextId());
        reply.payload(octets(text));
        reply.inReplyTo = to.id;
        return reply;
    }

    private MessageId nextId() {
        return new MessageId(INCARNATION, sequence.incrementAndGet());
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    Control.Welcome welcome() {
        return new Control.Welcome(
                1, new Control.PeerId(INCARNATION, service, instance), new Control.LinkLimits(1 << 20, 1000, 1 << 20));
    }

    /** Says HELLO by this peer's name to whoever is at {@code address}, waits for the answer, says {@code last} and hangs up. */
    void visit(String address, Control... last) {
        var welcomed = new CompletableFuture<Void>();
        var hungUp = new CompletableFuture<Void>();
        port.execute(() -> {
            var link = new Link[1];
            link[0] = port.connect(address, new Heard(frame -> {
                for (Control control : last) {
                    link[0].send(Frames.of(control));
                }
                welcomed.complete(null);
            }));
            link[0].send(Frames.of(new Control.Hello(
                    1,
                    1,
                    new Control.PeerId(INCARNATION, service, instance),
                    0,
                    new Control.LinkLimits(1 << 20, 1000, 1 << 20))));
            welcomed.thenRun(() -> port.execute(() -> {
                link[0].close();
                hungUp.complete(null);
            }));
        });
        hungUp.orTimeout(30, java.util.concurrent.TimeUnit.SECONDS).join();
    }

    private record Heard(java.util.function.Consumer<byte[]> frames) implements LinkListener {

        @Override
        public void onFrame(byte[] frame) {
            frames.accept(frame);
        }

        @Override
        public void onWritable() {}

        @Override
        public void onDown(String reason) {}
    }

    @Override
    public LinkListener onAccepted(Link link) {
        return new Heard(frame -> {
            try {
                Frames.read(frame, new TextCache(), new FrameVisitor() {
                    @Override
                    public void onControl(Control control) {
                        if (control instanceof Control.Hello hello) {
                            link.send(Frames.of(greeting.apply(hello)));
                        } else if (control instanceof Control.Ping ping) {
                            link.send(Frames.of(new Control.Pong(ping.token())));
                        }
                    }

                    @Override
                    public void onMessage(WireMessage message) {
                        if (answer != null) {
                            var out = new FrameWriter();
                            out.append(answer.apply(message));
                            link.send(out.take());
                        }
                    }
                });
            } catch (MalformedFrameException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Override
    public void onSubscribed(byte[] prefix) {}

    @Override
    public void onUnsubscribed(byte[] prefix) {}

    @Override
    public void onTrouble(String what) {}

    @Override
    public void onFailure(Throwable cause) {}

    @Override
    public void close() {
        if (registry != null) {
            registry.close();
        }
        port.close(Duration.ofSeconds(1));
    }
}
