package io.parley.internal.link;

import io.parley.internal.dispatch.ChannelTarget;
import io.parley.internal.dispatch.Handlers;
import io.parley.internal.dispatch.InboundMessage;
import io.parley.internal.dispatch.ReplyPath;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.RepeatedEnvelopes;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.observe.FlowStep;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The links that others have dialled. Confined to the I/O context. */
public final class InboundLinks implements InboundLink.Owner {

    /** More than this many links are rejected: each may hold a window's worth of messages. */
    private static final int MOST = 10_000;

    private final LinkContext links;
    private final PeerContext core;
    private final Handlers handlers;
    private final ResponseListener responses;
    private final DiallerListener diallers;
    private final Set<InboundLink> ready = new LinkedHashSet<>();
    private final Reclaim reclaim;

    public InboundLinks(LinkContext links, Handlers handlers, ResponseListener responses, DiallerListener diallers) {
        this.links = links;
        core = links.core;
        this.handlers = handlers;
        this.responses = responses;
        this.diallers = diallers;
        reclaim = new Reclaim(links.credit);
    }

    public LinkListener accept(Link link) {
        return new InboundLink(links, this, link);
    }

    @Override
    public boolean hasRoom() {
        return ready.size() < MOST;
    }

    @Override
    public void onReady(InboundLink link) {
        ready.add(link);
        record(FlowStep.PEER_CAME, link, "linked to this one");
    }

    @Override
    public void onEnded(InboundLink link, String reason) {
        if (ready.remove(link)) {
            // Who dialled calls itself what it likes: this tells nothing of the peer that the registry knows by that
            // name.
            record(FlowStep.PEER_WENT, link, "dialled: " + PeerLink.ended(link.isDiallerLeaving(), reason));
        }
        diallers.onDiallerGone(link);
    }

    @Override
    public void onLeaving(InboundLink link) {
        diallers.onDiallerLeaves(link);
    }

    @Override
    public void onCancelled(InboundLink link, MessageId request) {
        diallers.onCancelled(link, request);
    }

    private void record(FlowStep step, InboundLink link, String detail) {
        PeerName dialler = link.sender();
        if (dialler != null) {
            core.flows.recordPeer(step, dialler, detail);
        }
    }

    public void forEach(Consumer<InboundLink> visitor) {
        ready.forEach(visitor);
    }

    @Override
    public InboundMessage received(ReplyPath from, SharedFields head, MessageId id) {
        return handlers.received(from, head, id);
    }

    @Override
    public void onMessage(InboundMessage message) {
        handlers.onMessage(message);
    }

    @Override
    public void onLateMessage(InboundMessage message) {
        handlers.refuseAsGoingAway(message);
    }

    @Override
    public void onRepeats(ReplyPath from, ChannelTarget to, RepeatedEnvelopes repeats, long firstNumber) {
        handlers.onRepeats(from, to, repeats, firstNumber);
    }

    @Override
    public void onHeldUp(ReplyPath from) {
        handlers.onHeldUp(from);
    }

    @Override
    public void onFrameRead() {
        handlers.onFrameRead();
    }

    @Override
    public void onResponse(PeerId from, WireMessage response) {
        responses.onResponse(from, response);
    }

    public void onBeat(long now) {
        List.copyOf(ready).forEach(link -> link.beat(now));
        reclaim.onBeat(ready);
    }

    public void goAway(long millis) {
        ready.forEach(link -> link.goAway(millis));
    }

    public boolean isIdle() {
        return ready.stream().allMatch(InboundLink::hasTakenLeave);
    }

    /** @param orderly whether this is the I/O context and the port still open */
    public void close(boolean orderly) {
        List.copyOf(ready).forEach(link -> link.end("this peer was closed", orderly));
    }
}
