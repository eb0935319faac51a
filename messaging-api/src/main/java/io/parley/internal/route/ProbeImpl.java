package io.parley.internal.route;

import io.parley.Probe;
import io.parley.discovery.Instance;
import io.parley.failure.MessagingException;
import io.parley.internal.health.DuplicateInstances;
import io.parley.internal.health.InstanceHealth;
import io.parley.internal.health.UnusableInstances;
import io.parley.internal.lane.Lane;
import io.parley.internal.link.CallSender;
import io.parley.internal.link.LinkContext;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.PendingCall;
import io.parley.internal.link.UnfinishedOneWays;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.WireMessage;
import io.parley.message.PeerName;
import java.util.List;
import java.util.function.Consumer;

/** An instance that is looked after. {@link #ask} and {@link #close()} are thread-safe, the rest is confined to the I/O context. */
final class ProbeImpl implements Probe, OutboundLink.Owner {

    private final PeerContext core;
    private final Consumer<ProbeImpl> whenClosed;
    private final Listener listener;
    private final List<Instance> instance;
    private final Dialler dialler;
    private final InstanceHealth standing = new InstanceHealth();
    /** Tells the listener one thing after the other. */
    private final Lane lane;

    private boolean up;
    private boolean toldDown;
    private volatile boolean closed;

    /** @param whenClosed run in the I/O context once the probe was closed by whoever opened it */
    ProbeImpl(LinkContext links, Consumer<ProbeImpl> whenClosed, Instance instance, Listener listener) {
        core = links.core;
        this.whenClosed = whenClosed;
        this.listener = listener;
        this.instance = List.of(instance);
        dialler = new Dialler(
                links, this, () -> this.instance, new DuplicateInstances(core), new UnusableInstances(core));
        lane = new Lane(core.answers, core.time, 1, Integer.MAX_VALUE);
    }

    void start() {
        dialler.want();
        dialler.dialMissing(instance);
    }

    @Override
    public void ask(Runnable answer) {
        core.port().execute(() -> {
            if (up) {
                core.callbacks.run("probe", "What was asked of a probe failed", answer);
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        core.port().execute(() -> {
            whenClosed.accept(this);
            close(true);
        });
    }

    /** @param orderly whether this is the I/O context and the port still open */
    void close(boolean orderly) {
        closed = true;
        dialler.close(orderly);
    }

    /** Once per heartbeat interval. */
    void onBeat(long now) {
        dialler.onBeat(now);
    }

    @Override
    public void onWelcomed(OutboundLink link, Control.Welcome welcome) {
        up = true;
        toldDown = false;
        var who = new PeerName(welcome.speaker().service(), welcome.speaker().instance());
        Instance known =
                WelcomeInfo.of(welcome, link.instance().address(), core.port()).complete(link.instance());
        runCallback(() -> listener.onUp(who, known));
    }

    @Override
    public void onLinksChanged() {
        if (up && dialler.usable().isEmpty()) {
            onDown("it is closing");
        }
    }

    @Override
    public void onLinkEnded(OutboundLink link, String reason, boolean lost) {
        dialler.onEnded(link);
        onDown(reason);
    }

    @Override
    public void onUnreachable(Instance unused, String reason) {
        onDown(reason);
    }

    private void onDown(String reason) {
        up = false;
        if (!toldDown) {
            toldDown = true;
            runCallback(() -> listener.onDown(reason));
        }
    }

    private void runCallback(Runnable news) {
        lane.offer(() -> {
            if (!closed) {
                core.callbacks.run("probe", "The listener of a probe failed", news);
            }
        });
    }

    @Override
    public void onRoom() {}

    /** The link's end tells. */
    @Override
    public void onRejected(OutboundLink link, Control.Reject reject) {}

    /** Nothing is ever sent but signs of life. */
    @Override
    public void onUnsent(OutboundLink link, WireMessage message, String reason) {}

    @Override
    public void onUnsent(OutboundLink link, PendingCall call, MessagingException cause) {
        call.fail(cause);
    }

    @Override
    public void onUnfinished(OutboundLink link, UnfinishedOneWays.Rest rest, String reason) {}

    @Override
    public boolean onRefused(OutboundLink link, PendingCall call, WireMessage fault) {
        return false;
    }

    @Override
    public void onTimeouts(OutboundLink link) {}

    @Override
    public void onProved(OutboundLink link) {}

    @Override
    public InstanceHealth healthOf(Instance unused) {
        return standing;
    }

    @Override
    public void onUnawaited(OutboundLink link, WireMessage answer, CallSender.Unawaited why) {}
}
