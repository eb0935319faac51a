package io.parley.simulation;

import io.parley.internal.wire.Control;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.MalformedFrameException;
import io.parley.internal.wire.TextCache;
import io.parley.internal.wire.Topic;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.WireMessage;
import io.parley.transport.Feed;
import java.util.ArrayList;
import java.util.List;

/** A SUB of a {@link WirePeer}: subscribes to whatever it likes. Confined to a simulation's thread. */
final class WireFeed implements FrameVisitor {

    /** What was published, in order: controls and messages. */
    final List<Object> heard = new ArrayList<>();

    private final Simulation mesh;
    private final WirePeer by;
    private Feed feed;

    WireFeed(Simulation mesh, WirePeer by, String publishAddress) {
        this.mesh = mesh;
        this.by = by;
        by.port.execute(() -> feed = by.port.openFeed(publishAddress, this::read));
        mesh.settle();
    }

    private void read(byte[] publication) {
        var texts = new TextCache();
        try {
            Topic topic = Topics.read(publication, texts);
            Frames.read(publication, topic, texts, this);
        } catch (MalformedFrameException e) {
            throw new AssertionError("A peer of ours published something malformed", e);
        }
    }

    @Override
    public void onControl(Control control) {
        heard.add(control);
    }

    @Override
    public void onMessage(WireMessage message) {
        heard.add(message);
    }

    /** Subscribes to each, one after the other. */
    WireFeed subscribe(byte[]... prefixes) {
        by.port.execute(() -> List.of(prefixes).forEach(feed::subscribe));
        mesh.settle();
        return this;
    }

    void unsubscribe(byte[] prefix) {
        by.port.execute(() -> feed.unsubscribe(prefix));
        mesh.settle();
    }

    <T> List<T> heard(Class<T> type) {
        return heard.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The subjects of the messages that came, each with the message's number. */
    List<String> events() {
        return heard(WireMessage.class).stream()
                .map(message -> message.subject() + message.number())
                .toList();
    }
}
