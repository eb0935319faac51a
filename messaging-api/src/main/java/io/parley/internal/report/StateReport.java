package io.parley.internal.report;

import io.parley.Limits;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.Instance;
import io.parley.internal.convert.Version;
import io.parley.internal.dispatch.Handlers;
import io.parley.internal.dispatch.OverdueRequests;
import io.parley.internal.health.EjectionState;
import io.parley.internal.link.InboundLinks;
import io.parley.internal.pubsub.PublishBuffer;
import io.parley.internal.pubsub.PublisherFeeds;
import io.parley.internal.recorder.JsonText;
import io.parley.internal.route.Mesh;
import io.parley.internal.route.ServiceView;
import io.parley.internal.runtime.ErrorReporter;
import io.parley.internal.runtime.MemoryPart;
import io.parley.internal.runtime.PeerContext;
import io.parley.observe.PeerCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a peer is, as JSON: what it is, what it counts, its channels, links and subscriptions, and what went wrong of late. Thread-safe, but
 * for {@link #gather}, which is confined to the I/O context.
 */
public final class StateReport {

    private final PeerContext core;
    private final Handlers handlers;
    private final PublishBuffer publications;
    private final Mesh mesh;
    private final InboundLinks inbound;
    private final PublisherFeeds feeds;
    private final OverdueRequests overdue;

    /** One link at this moment. Immutable. */
    record LinkState(String peer, String direction, String state, int outstanding, long backlog, String address) {}

    /** What can only be read in the I/O context. Immutable. */
    record Gathered(
            List<LinkState> links,
            List<ServiceView.State> services,
            List<PublisherFeeds.Subscribed> subscriptions,
            List<EjectionState.State> circuits) {}

    public StateReport(
            PeerContext core,
            Handlers handlers,
            PublishBuffer publications,
            Mesh mesh,
            InboundLinks inbound,
            PublisherFeeds feeds,
            OverdueRequests overdue) {
        this.core = core;
        this.handlers = handlers;
        this.publications = publications;
        this.mesh = mesh;
        this.inbound = inbound;
        this.feeds = feeds;
        this.overdue = overdue;
    }

    Gathered gather() {
        var links = new ArrayList<LinkState>();
        var services = new ArrayList<ServiceView.State>();
        var circuits = new ArrayList<EjectionState.State>();
        for (ServiceView view : mesh.views()) {
            services.add(view.state());
            circuits.addAll(view.circuits());
            view.links()
                    .forEach(link -> links.add(new LinkState(
                            link.other(),
                            "out",
                            link.state().name(),
                            link.outstanding(),
                            link.outbox.backlog(),
                            link.instance().address())));
        }
        inbound.forEach(link -> links.add(new LinkState(link.other(), "in", "READY", 0, link.outbox.backlog(), "")));
        return new Gathered(links, services, feeds.states(), circuits);
    }

    byte[] write(Gathered gathered) {
        JsonText out = core.flows.beginAnswer(core.incarnation);
        writeSelf(out);
        writeLimits(out.name("limits"), core.config.limits());
        writeMemory(out.name("memory"));
        writeCounters(out.name("counters"), core.counters.snapshot(mesh.linksUp()));
        out.name("recorder").raw(core.flows.describeRecorder());
        writeChannels(out.name("channels"));
        out.name("links").beginArray();
        for (LinkState link : gathered.links) {
            out.beginObject()
                    .field("peer", link.peer)
                    .field("direction", link.direction)
                    .field("state", link.state)
                    .field("outstanding", link.outstanding)
                    .field("backlogBytes", link.backlog)
                    .field("address", link.address)
                    .endObject();
        }
        out.endArray().name("services").beginArray();
        for (ServiceView.State service : gathered.services) {
            out.beginObject()
                    .field("service", service.service())
                    .field("waiting", service.waiting())
                    .name("instances")
                    .beginArray();
            service.instances().forEach(instance -> out.value(instance.label()));
            out.endArray().endObject();
        }
        out.endArray().name("subscriptions").beginArray();
        for (PublisherFeeds.Subscribed subscription : gathered.subscriptions) {
            out.beginObject()
                    .field("channel", subscription.channel())
                    .field("prefix", subscription.prefix())
                    .field("publishers", subscription.publishers())
                    .endObject();
        }
        out.endArray();
        writeCircuits(out.name("circuits"), gathered.circuits);
        writeErrors(out.name("errors"));
        return out.endObject().toBytes();
    }

    private void writeSelf(JsonText out) {
        Instance self = mesh.self();
        out.field("service", self.service())
                .field("instance", self.name())
                .field("version", Version.TEXT)
                .field("java", System.getProperty("java.version", ""))
                .field("since", self.since().toString())
                .field("address", self.address())
                .field("publishAddress", self.publishAddress())
                .field("isClosing", core.isClosing())
                .field("inHand", core.inHand.count())
                .field("overdue", overdue.count())
                .name("metadata")
                .beginObject();
        new TreeMap<>(self.metadata()).forEach(out::field);
        out.endObject();
    }

    private static void writeLimits(JsonText out, Limits limits) {
        out.beginObject()
                .field("maxMessageBytes", limits.maxMessageBytes())
                .field("windowMessages", limits.windowMessages())
                .field("windowBytes", limits.windowBytes())
                .field("maxQueued", limits.maxQueued())
                .field("maxWaiting", limits.maxWaiting())
                .field("handlerThreads", limits.handlerThreads())
                .field("heartbeatMillis", limits.heartbeat().toMillis())
                .field("connectTimeoutMillis", limits.connectTimeout().toMillis())
                .field("instanceTimeoutMillis", limits.instanceTimeout().toMillis())
                .field("memoryBytes", limits.memoryBytes())
                .endObject();
    }

    private void writeMemory(JsonText out) {
        out.beginObject()
                .field("capacityBytes", core.memory.capacity())
                .field("reservedBytes", core.memory.reserved())
                .name("parts")
                .beginArray();
        for (MemoryPart part : core.memory.parts()) {
            out.beginObject()
                    .field("name", part.name())
                    .field("capacityBytes", part.budget().capacity())
                    .field("reservedBytes", part.budget().reserved())
                    .field("refusals", part.refusals())
                    .endObject();
        }
        out.endArray().endObject();
    }

    private static void writeCounters(JsonText out, PeerCounters counters) {
        out.beginObject()
                .field("sent", counters.sent())
                .field("received", counters.received())
                .field("lateReplies", counters.lateReplies())
                .field("duplicateReplies", counters.duplicateReplies())
                .field("unclaimedReplies", counters.unclaimedReplies())
                .field("lateResponses", counters.lateResponses())
                .field("refusals", counters.refusals())
                .field("deadLetters", counters.deadLetters())
                .field("missedEvents", counters.missedEvents())
                .field("malformedFrames", counters.malformedFrames())
                .field("ejections", counters.ejections())
                .field("resent", counters.resent())
                .field("lostOneWays", counters.lostOneWays())
                .field("linksUp", counters.linksUp())
                .endObject();
    }

    private void writeChannels(JsonText out) {
        Map<ChannelName, InteractionStyle> own = new TreeMap<>(handlers.channels());
        own.putAll(publications.channels());
        var all = new TreeMap<>(own);
        core.flows.recorder.channels().forEach(channel -> all.putIfAbsent(channel, InteractionStyle.REQUEST));
        out.beginArray();
        all.forEach((channel, style) -> core.flows.recorder.writeFigures(
                out, channel, style, own.containsKey(channel), handlers.queued(channel)));
        out.endArray();
    }

    private static void writeCircuits(JsonText out, List<EjectionState.State> circuits) {
        out.beginArray();
        for (EjectionState.State circuit : circuits) {
            out.beginObject()
                    .field("peer", circuit.peer())
                    .field("state", circuit.position())
                    .field("since", circuit.since().toString())
                    .field("why", circuit.why())
                    .field("avoidedMillis", circuit.avoidedMillis())
                    .field("openings", circuit.openings())
                    .endObject();
        }
        out.endArray();
    }

    private void writeErrors(JsonText out) {
        out.beginArray();
        for (ErrorReporter.Told told : core.complaints.latest()) {
            out.beginObject()
                    .field("at", told.at().toString())
                    .field("what", told.what())
                    .field("cause", told.cause())
                    .endObject();
        }
        out.endArray();
    }
}
