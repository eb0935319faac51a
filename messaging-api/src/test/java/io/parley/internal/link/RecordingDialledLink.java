package io.parley.internal.link;

import io.parley.discovery.Instance;
import io.parley.internal.wire.ChunkBudget;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.transport.Link;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The dialler's end of a link, which writes down what happens to it. */
final class RecordingDialledLink extends DialledLink {

    final List<String> told = new ArrayList<>();

    RecordingDialledLink(LinkContext links, Instance instance, Link link) {
        super(links, instance, link);
    }

    /** Returns the instance that a registry knows by this incarnation; 0 if it knows none. */
    static Instance instance(long incarnation) {
        return new Instance(
                "orders", "orders-1", incarnation, "mem:1", "mem:2", new TreeMap<>(), Instant.EPOCH, Map.of());
    }

    @Override
    void onWelcomed(Control.Welcome welcome) {
        told.add("welcomed");
    }

    @Override
    void onRejected(Control.Reject reject) {
        told.add("rejected");
    }

    @Override
    void onStateChanged() {
        told.add(state().name());
    }

    @Override
    void keepOneWays() {
        told.add("keep one-ways");
    }

    @Override
    boolean onNext(Control control) {
        return control instanceof Control.GoingAway && onGoingAway();
    }

    @Override
    void onEnded(String reason, List<WireMessage> unsent) {
        markEnded();
        told.add("ended: " + reason);
    }

    @Override
    void onFrameRead() {}

    @Override
    public void wantBulkLink() {
        told.add("bulk link wanted");
    }

    @Override
    public void onMessage(WireMessage message) {
        told.add("message");
    }

    @Override
    public ChunkBudget.Means meansFor(EnvelopeKind kind, long octets) {
        return ChunkBudget.Means.MEMORY;
    }
}
