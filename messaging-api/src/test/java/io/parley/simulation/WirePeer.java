package io.parley.simulation;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.Instance;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.MalformedFrameException;
import io.parley.internal.wire.MessageForm;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.TextCache;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.transport.AddressFormat;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.memory.InMemoryTransport;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A peer made by hand, of nothing but a port and the wire's codec: it says what it likes. Confined to a simulation's thread. */
final class WirePeer implements PortListener {

    static final long INCARNATION = 0xBAD;

    private static final String TEXT = "text/plain;charset=utf-8";

    final Port port;
    /** What others that dialled said, in order, on whatever link. */
    final List<Object> heard = new ArrayList<>();

    final List<Wire> accepted = new ArrayList<>();
    final List<byte[]> subscribed = new ArrayList<>();
    final List<byte[]> unsubscribed = new ArrayList<>();

    private final Simulation mesh;
    private final String service;
    private String instance;
    private long incarnation = INCARNATION;
    /** What to do with each envelope that arrives on an accepted link; by default a HELLO is welcomed. */
    private BiConsumer<Wire, Object> acceptor = this::welcome;

    private long sequence;

    WirePeer(Simulation mesh, String service) {
        this.mesh = mesh;
        this.service = service;
        instance = service + "-wire";
        port = InMemoryTransport.on(mesh.network).open(options(), this);
    }

    /** Bound to {@code address}. */
    WirePeer(Simulation mesh, String service, String address) {
        this.mesh = mesh;
        this.service = service;
        instance = service + "-wire";
        port = InMemoryTransport.on(mesh.network)
                .at(address.substring("inmem://".length()))
                .open(options(), this);
    }

    private PortOptions options() {
        return new PortOptions(service + "-wire", mesh.environment, 1 << 20, 1 << 20);
    }

    /** Announces itself as an instance of its service that serves {@code channel}. */
    WirePeer announce(String channel, InteractionStyle style) {
        return announce(Map.of(ChannelName.parse(channel), style));
    }

    /** Announces itself under a name and incarnation of its own, as one of several. */
    WirePeer announce(Map<ChannelName, InteractionStyle> channels, int number) {
        return as(number).announce(channels);
    }

    private WirePeer announce(Map<ChannelName, InteractionStyle> announced) {
        var channels = new TreeMap<ChannelName, InteractionStyle>(announced);
        mesh.discovery
                .openRegistry(mesh.environment, AddressFormat.opaque())
                .orElseThrow()
                .announce(new Instance(
                        service,
                        instance,
                        incarnation,
                        port.address(),
                        port.publishAddress(),
                        channels,
                        Instant.EPOCH,
                        Map.of()));
        return this;
    }

    /** Takes a name and incarnation of its own, as one of several. */
    WirePeer as(int number) {
        instance = service + "-wire-" + number;
        incarnation = INCARNATION + number;
        return this;
    }

    /** What others dialled it and said in messages. */
    List<WireMessage> messages() {
        return heard.stream()
                .filter(WireMessage.class::isInstance)
                .map(WireMessage.class::cast)
                .toList();
    }

    void publish(byte[] topic, byte[] frame) {
        byte[] publication = Arrays.copyOf(topic, topic.length + frame.length);
        System.arraycopy(frame, 0, publication, topic.length, frame.length);
        port.execute(() -> port.publish(publication));
        mesh.settle();
    }

    WirePeer answering(BiConsumer<Wire, Object> acceptor) {
        this.acceptor = acceptor;
        return this;
    }

    /** One of its links. */
    final class Wire implements LinkListener, FrameVisitor {

        final List<Object> said = new ArrayList<>();
        final boolean dialled;
        Link link;
        boolean down;

        Wire(boolean dialled) {
            this.dialled = dialled;
        }

        Wire send(byte[] frame) {
            port.execute(() -> link.send(frame));
            return this;
        }

        Wire send(Control control) {
            return send(Frames.of(control));
        }

        Wire send(WireMessage... messages) {
            var out = new FrameWriter();
            for (WireMessage message : messages) {
                out.append(message);
            }
            return send(out.take());
        }

        Wire sayHello() {
            return send(hello(1, 1, 0));
        }

        <T> List<T> said(Class<T> type) {
            return said.stream().filter(type::isInstance).map(type::cast).toList();
        }

        @Override
        public void onFrame(byte[] frame) {
            try {
                Frames.read(frame, new TextCache(), this);
            } catch (MalformedFrameException e) {
                throw new AssertionError("A peer of ours sent a malformed frame", e);
            }
        }

        @Override
        public void onControl(Control control) {
            on(control);
        }

        @Override
        public void onMessage(WireMessage message) {
            on(message);
        }

        private void on(Object envelope) {
            said.add(envelope);
            if (!dialled) {
                heard.add(envelope);
                acceptor.accept(this, envelope);
            }
        }

        @Override
        public void onWritable() {}

        @Override
        public void onDown(String reason) {
            down = true;
        }
    }

    Wire dial(String address) {
        var wire = new Wire(true);
        port.execute(() -> wire.link = port.connect(address, wire));
        return wire;
    }

    Control.Hello hello(int minVersion, int maxVersion, long target) {
        return new Control.Hello(minVersion, maxVersion, speaker(), target, terms());
    }

    Control.Welcome welcome() {
        return new Control.Welcome(1, speaker(), terms());
    }

    Control.PeerId speaker() {
        return new Control.PeerId(incarnation, service, instance);
    }

    private static Control.LinkLimits terms() {
        return new Control.LinkLimits(1 << 20, 1000, 1 << 20);
    }

    /** Welcomes, answers PINGs, and keeps silent otherwise. */
    void welcome(Wire wire, Object envelope) {
        if (envelope instanceof Control.Hello) {
            wire.send(welcome());
        } else if (envelope instanceof Control.Ping ping) {
            wire.send(new Control.Pong(ping.token()));
        }
    }

    WireMessage message(SharedFields head) {
        return new WireMessage(head, new MessageId(incarnation, ++sequence));
    }

    WireMessage request(String channel, String payload) {
        WireMessage request = text(EnvelopeKind.REQUEST, channel, payload);
        request.remaining(60_000);
        return request;
    }

    WireMessage oneWay(String channel, String payload) {
        return text(EnvelopeKind.ONE_WAY, channel, payload);
    }

    WireMessage fault(MessageId question, int code, String text) {
        WireMessage fault =
                message(SharedFields.of(EnvelopeKind.FAULT).of(null, TEXT)).payload(octets(text));
        fault.inReplyTo = question;
        fault.details().fault = code;
        return fault;
    }

    WireMessage response(MessageId survey, String payload) {
        WireMessage response =
                message(SharedFields.of(EnvelopeKind.RESPONSE).of(null, TEXT)).payload(octets(payload));
        response.inReplyTo = survey;
        return response;
    }

    /** An event or survey; without a subject it is a document. */
    WireMessage publication(EnvelopeKind kind, String channel, String subject, long number, long previous) {
        SharedFields head = SharedFields.of(kind).on(channel).of(null, TEXT);
        WireMessage event =
                message(kind == EnvelopeKind.EVENT && !subject.isEmpty() ? head.as(MessageForm.EVENT, subject) : head);
        event.number(number, previous);
        return event.payload(octets(subject + number));
    }

    WireMessage reply(MessageId request, String payload) {
        WireMessage reply =
                message(SharedFields.of(EnvelopeKind.REPLY).of(null, TEXT)).payload(octets(payload));
        reply.inReplyTo = request;
        return reply;
    }

    private WireMessage text(EnvelopeKind kind, String channel, String payload) {
        return message(SharedFields.of(kind).on(channel).of(null, TEXT)).payload(octets(payload));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(WireMessage message) {
        return new String(message.copyOfPayload(), StandardCharsets.UTF_8);
    }

    @Override
    public LinkListener onAccepted(Link link) {
        var wire = new Wire(false);
        wire.link = link;
        accepted.add(wire);
        return wire;
    }

    @Override
    public void onSubscribed(byte[] prefix) {
        subscribed.add(prefix);
    }

    @Override
    public void onUnsubscribed(byte[] prefix) {
        unsubscribed.add(prefix);
    }

    @Override
    public void onTrouble(String what) {}

    @Override
    public void onFailure(Throwable cause) {
        throw new AssertionError(cause);
    }
}
