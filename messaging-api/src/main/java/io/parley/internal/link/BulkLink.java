package io.parley.internal.link;

import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.CompletedChunks;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.MalformedFrameException;
import io.parley.internal.wire.WireMessage;
import io.parley.transport.DeferredFrame;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.Port;
import io.parley.transport.TransportException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The second connection that belongs to a link, for what is large: it has an I/O context of its own, so that what is small does not
 * share a thread with it. It is dialled when either side has something large to send for the first time. Without it
 * everything goes over the link itself; it is not dialled again after it broke.
 *
 * <p>Two contexts have to do with it: the link's own, to which most of it is confined, and that of the {@link BulkPort}, in which
 * {@link LinkListener} and {@link FrameVisitor} are called.
 */
final class BulkLink implements BulkPort.Expected, FrameVisitor {

    private final PeerContext core;
    private final BulkPort bulkPort;
    private final BulkLinkOwner owner;
    private final Runnable pump = this::pump;
    private final AtomicBoolean wanted = new AtomicBoolean();
    private final AtomicBoolean pumpScheduled = new AtomicBoolean();
    private final BulkReceiver receiver;

    /** Whether the other side knows of such links. */
    private volatile boolean isKnown;

    /** The port whose context this is in, once there is a connection. */
    private volatile @Nullable Port port;

    private volatile boolean isUp;
    private volatile boolean isOver;
    private boolean isDialled;

    /** What is said first by both sides. */
    private volatile long token;

    /** Confined to the bulk port's context, as is what follows. */
    private @Nullable Link link;

    private boolean isGreeted;
    private @Nullable DeferredFrame stalled;
    /** Of how many messages the other side is to be told that they are there; 0 if of none. */
    private long news;

    BulkLink(LinkContext links, BulkLinkOwner owner, long mostOctets) {
        core = links.core;
        bulkPort = links.bulk;
        this.owner = owner;
        receiver = new BulkReceiver(mostOctets, owner, owner, core.aside, this::reuse, this::announceNews);
    }

    /** Whether a message has come over this in part, or is not called for yet. From any thread. */
    boolean hasUnderWay() {
        return receiver.hasUnderWay();
    }

    /** Returns how many octets have come over this. From any thread. */
    long heard() {
        return receiver.heard();
    }

    /** The other side has said whether it knows of such links. */
    void onKnown(boolean known) {
        isKnown = known && bulkPort.isPossible();
    }

    /** Something large is to be sent. From any thread. */
    void onLarge() {
        if (isUp) {
            schedulePump();
        } else if (isKnown && !wanted.get() && wanted.compareAndSet(false, true)) {
            core.port().execute(owner::wantBulkLink);
        }
    }

    /** The dialler would dial. */
    void onWanted() {
        if (!isKnown) {
            owner.violated("a bulk link wanted, unasked");
        } else if (wanted.compareAndSet(false, true)) {
            await();
        }
    }

    /** Tells the dialler where to dial, and waits for it there. */
    void await() {
        bulkPort.whenOpen(opened -> {
            port = opened;
            token = core.config.plugins().environment().random().nextLong();
            bulkPort.expect(token, this);
            core.port().execute(() -> {
                if (isOver) {
                    bulkPort.forget(token);
                } else {
                    owner.outbox().add(new Control.BulkAt(token, opened.address()));
                }
            });
        });
    }

    /** Dials. */
    void dial(String address, long token) {
        if (!isKnown || isDialled) {
            owner.violated("a bulk link offered, unasked");
            return;
        }
        isDialled = true;
        this.token = token;
        bulkPort.whenOpen(opened -> {
            port = opened;
            try {
                if (!isOver) {
                    Link dialled = opened.connect(address, this);
                    link = dialled;
                    dialled.send(Frames.of(new Control.BulkHello(token)));
                }
            } catch (RuntimeException e) {
                // Whatever the address that the other end has told makes the transport throw.
                onDown(String.valueOf(e.getMessage()));
            }
        });
        core.time.schedule(
                core.config.limits().connectTimeout(), () -> core.port().execute(this::onConnectTimeout));
    }

    private void onConnectTimeout() {
        if (!isUp && !isOver) {
            core.complaints.report(
                    "bulk",
                    "No second connection to " + owner.other() + " for what is large: it shares the first one",
                    new TransportException(
                            "No answer within " + core.config.limits().connectTimeout()));
            giveUp();
        }
    }

    private void onUp() {
        if (!isOver) {
            isUp = true;
            owner.outbox().bulk.open();
            schedulePump();
        }
    }

    /** What came over this belongs here, among what comes over the link itself. */
    void onNext(long number) {
        CompletedChunks parcel = receiver.call(number);
        if (parcel == null) {
            owner.violated("number " + number + " of the bulk link called for");
            return;
        }
        Port known = port;
        if (known != null && receiver.isWithheld()) {
            known.execute(this::announceNews);
        }
        try {
            owner.onCompleted(parcel.open(core.texts));
        } catch (MalformedFrameException e) {
            owner.onMalformed(String.valueOf(e.getMessage()));
        }
    }

    /** The other side sends nothing more over this, and has called for all that it will. */
    void onOver() {
        if (!isKnown) {
            owner.violated("a bulk link that nobody agreed on said to be over");
            return;
        }
        receiver.close();
        giveUp();
    }

    /** Everything goes over the link itself from now on. What has come stays, as the other side may have called for it. */
    private void giveUp() {
        if (!isOver) {
            end();
            owner.outbox().bulk.close();
            owner.outbox().add(new Control.BulkOver());
        }
    }

    /** The link has ended: what has come will not be called for, and is paid for no more. */
    void close() {
        end();
        receiver.close();
    }

    private void end() {
        isOver = true;
        isUp = false;
        bulkPort.forget(token);
        Port known = port;
        if (known != null) {
            known.execute(this::hangUp);
        }
    }

    private void schedulePump() {
        Port known = port;
        if (known != null && pumpScheduled.compareAndSet(false, true)) {
            known.execute(pump);
        }
    }

    private void pump() {
        pumpScheduled.set(false);
        Link to = link;
        while (to != null && (news > 0 || isUp)) {
            if (news > 0) {
                if (!to.send(Frames.of(new Control.BulkArrived(news)))) {
                    return;
                }
                news = 0;
            }
            DeferredFrame frame =
                    stalled != null || !isUp ? stalled : owner.outbox().bulk.next();
            stalled = null;
            if (frame == null) {
                return;
            }
            if (!to.send(frame)) {
                stalled = frame;
                return;
            }
        }
    }

    private void announceNews() {
        long latest = receiver.news();
        if (latest > 0) {
            news = latest;
            pump();
        }
    }

    private void hangUp() {
        Link known = link;
        if (known != null) {
            known.close();
        }
        drop();
    }

    private void drop() {
        link = null;
        stalled = null;
        news = 0;
        receiver.clear();
    }

    private void reuse(byte[] frame) {
        if (link != null) {
            link.reuse(frame);
        }
    }

    @Override
    public void onDialled(Link dialled) {
        link = dialled;
        if (isOver) {
            hangUp();
            return;
        }
        dialled.send(Frames.of(new Control.BulkHello(token)));
        isGreeted = true;
        core.port().execute(this::onUp);
    }

    @Override
    public void onFrame(byte[] frame) {
        try {
            Frames.read(frame, bulkPort.texts, this);
        } catch (MalformedFrameException e) {
            onMalformed(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void onControl(Control control) {
        try {
            boolean isExpected =
                    switch (control.kind()) {
                        case CHUNK -> isGreeted && onChunk((Control.Chunk) control);
                        case BULK_ARRIVED -> isGreeted && onArrived((Control.BulkArrived) control);
                        case BULK_HELLO -> !isGreeted && onGreeting((Control.BulkHello) control);
                        case HELLO,
                                WELCOME,
                                REJECT,
                                CREDIT,
                                CREDIT_WANTED,
                                FINISHED,
                                PING,
                                PONG,
                                GOING_AWAY,
                                CANCEL,
                                BULK_WANTED,
                                BULK_AT,
                                BULK_NEXT,
                                BULK_OVER,
                                SUBSCRIBED,
                                HEARTBEAT,
                                NUMBERS -> false;
                    };
            if (!isExpected) {
                onMalformed(control.getClass().getSimpleName() + " out of place on a bulk link");
            }
        } catch (MalformedFrameException e) {
            onMalformed(String.valueOf(e.getMessage()));
        }
    }

    private boolean onChunk(Control.Chunk chunk) throws MalformedFrameException {
        if (!receiver.onChunk(chunk)) {
            onMalformed("more on a bulk link than may be under way");
        }
        return true;
    }

    /** Returns false if more arrived than was sent. */
    private boolean onArrived(Control.BulkArrived arrived) {
        if (!owner.outbox().bulk.onArrived(arrived.count())) {
            return false;
        }
        pump();
        return true;
    }

    /** Returns false if the token is not that of this link. */
    private boolean onGreeting(Control.BulkHello hello) {
        if (hello.token() != token) {
            return false;
        }
        isGreeted = true;
        core.port().execute(this::onUp);
        return true;
    }

    @Override
    public void onMessage(WireMessage message) {
        onMalformed(message.kind() + " out of place on a bulk link");
    }

    @Override
    public boolean wantsMore() {
        return link != null;
    }

    private void onMalformed(String how) {
        hangUp();
        core.port().execute(() -> {
            if (!owner.hasEnded()) {
                owner.onMalformed(how);
            }
        });
    }

    @Override
    public void onWritable() {
        pump();
    }

    @Override
    public void onDown(String reason) {
        drop();
        core.port().execute(this::giveUp);
    }
}
