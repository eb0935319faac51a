package io.parley.internal.link;

import io.parley.discovery.Instance;
import io.parley.internal.convert.SentAt;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.FrameFormat;
import io.parley.message.PeerName;
import io.parley.observe.FlowStep;
import io.parley.text.PlainText;
import io.parley.transport.Link;

/**
 * The dialler's end of a link, as far as it is about who answers and how far the link is: says HELLO, handles the answer, WELCOME or
 * REJECT, and ends the link if none comes within the connect timeout.
 *
 * <p>The state, the instance and its names may be read by any thread; the rest is confined to the I/O context.
 */
public abstract class DialledLink extends PeerLink {

    public enum State {
        CONNECTING,
        READY,
        /** The other side closes, or the registry has lost it: nothing new goes out on it. */
        LEAVING,
        ENDED
    }

    private volatile Instance instance;
    private volatile PeerName acceptor;
    /** 0 until WELCOME tells it, if the registry does not. */
    private volatile long incarnation;

    private volatile State state = State.CONNECTING;
    /** The other side has said that it closes. In LEAVING without that, this peer has no more use for the link. */
    private boolean isAcceptorLeaving;

    private boolean wasReady;
    private long readySince;
    private int rejectedWith;

    DialledLink(LinkContext links, Instance instance, Link link) {
        super(links, link);
        this.instance = instance;
        acceptor = new PeerName(instance.service(), instance.name());
        incarnation = instance.incarnation();
    }

    /** The link is open, and the other side has said who it is. */
    abstract void onWelcomed(Control.Welcome welcome);

    /** The other side does not want this link, or no longer; the link ends. */
    abstract void onRejected(Control.Reject reject);

    /** The link became ready, or takes nothing new any more. */
    abstract void onStateChanged();

    /** The other side tells which one-way messages it has finished: keeps them until then. Called before the outbox opens. */
    abstract void keepOneWays();

    /** Handles an envelope after WELCOME. Returns false if the envelope is not expected. */
    abstract boolean onNext(Control control);

    public final State state() {
        return state;
    }

    public final boolean isReady() {
        return state == State.READY;
    }

    public final Instance instance() {
        return instance;
    }

    /** The registry tells something new of the same instance, such as its channels. */
    public final void describe(Instance instance) {
        this.instance = instance;
    }

    /** Returns the name of the other end: the registry's, or if that knows no incarnation, the one that WELCOME tells. */
    public final PeerName acceptor() {
        return acceptor;
    }

    /** Returns the incarnation of the other end; 0 while neither the registry nor WELCOME has told it. */
    public final long incarnation() {
        return incarnation;
    }

    /** Returns when the link became ready, in nanoseconds, if it has. */
    public final long readySince() {
        return readySince;
    }

    public final boolean wasReady() {
        return wasReady;
    }

    /** Returns the code of the REJECT that ended the link; 0 if none did. */
    public final int rejectedWith() {
        return rejectedWith;
    }

    @Override
    final boolean isOtherLeaving() {
        return isAcceptorLeaving;
    }

    @Override
    public final String other() {
        return instance.label();
    }

    /** Says HELLO. Called once, when the link listens. */
    final void sayHello() {
        sendNow(new Control.Hello(
                FrameFormat.VERSION,
                FrameFormat.VERSION,
                core.speaker,
                instance.incarnation(),
                links.credit.full(),
                links.bulk.isPossible(),
                true,
                true,
                SentAt.micros(core.time.nanoTime(), core.openedAt)));
        core.time.schedule(
                core.config.limits().connectTimeout(), () -> core.port().execute(this::onConnectTimeout));
    }

    private void onConnectTimeout() {
        if (state == State.CONNECTING) {
            end(null, "no WELCOME within " + core.config.limits().connectTimeout());
        }
    }

    /** Sends nothing new on this link. */
    final void leave() {
        state = State.LEAVING;
        outbox.leave();
    }

    /** Takes note that the link has ended. */
    final void markEnded() {
        state = State.ENDED;
    }

    /** Says that this peer goes. */
    public final void goAway(long millis) {
        outbox.add(new Control.GoingAway(millis));
    }

    @Override
    public final void onControl(Control control) {
        boolean isConnecting = state == State.CONNECTING;
        if (!(isConnecting ? onFirst(control) : onNext(control))) {
            violated(control.getClass().getSimpleName() + (isConnecting ? " before WELCOME" : " out of place"));
        }
    }

    /** Handles the answer to HELLO. Returns false if the envelope is not expected. */
    private boolean onFirst(Control control) {
        return switch (control.kind()) {
            case WELCOME -> onWelcome((Control.Welcome) control);
            case REJECT -> onReject((Control.Reject) control);
            case HELLO,
                    CREDIT,
                    CREDIT_WANTED,
                    FINISHED,
                    PING,
                    PONG,
                    GOING_AWAY,
                    CANCEL,
                    CHUNK,
                    BULK_WANTED,
                    BULK_AT,
                    BULK_HELLO,
                    BULK_ARRIVED,
                    BULK_NEXT,
                    BULK_OVER,
                    SUBSCRIBED,
                    HEARTBEAT,
                    NUMBERS -> false;
        };
    }

    private boolean onWelcome(Control.Welcome welcome) {
        if (welcome.version() != FrameFormat.VERSION) {
            violated("WELCOME with version " + welcome.version());
        } else if (instance.incarnation() != 0 && welcome.speaker().incarnation() != instance.incarnation()) {
            end(null, "another incarnation answered at " + instance.address());
        } else {
            open(welcome);
            if (core.isClosing()) {
                goAway(core.millisToClose());
            }
            onWelcomed(welcome);
            core.flows.recordPeer(FlowStep.PEER_CAME, acceptor, "linked by this one");
            onStateChanged();
        }
        return true;
    }

    private void open(Control.Welcome welcome) {
        if (instance.incarnation() == 0) {
            PeerId speaker = welcome.speaker();
            incarnation = speaker.incarnation();
            acceptor = new PeerName(speaker.service(), speaker.instance());
        }
        bulk.onKnown(welcome.bulk());
        if (welcome.finished()) {
            keepOneWays();
        }
        outbox.open(welcome.terms(), welcome.creditWanted());
        state = State.READY;
        wasReady = true;
        readySince = core.time.nanoTime();
    }

    final boolean onGoingAway() {
        leave();
        isAcceptorLeaving = true;
        onStateChanged();
        return true;
    }

    final boolean onReject(Control.Reject reject) {
        rejectedWith = reject.code();
        onRejected(reject);
        end(null, "rejected with code " + reject.code() + ": " + PlainText.of(reject.reason()));
        return true;
    }
}
