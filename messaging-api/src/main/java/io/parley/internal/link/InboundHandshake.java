package io.parley.internal.link;

import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.LinkLimits;
import io.parley.internal.wire.Control.Reject;
import io.parley.internal.wire.FrameFormat;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of an inbound link while its dialler is not known: HELLO is answered with WELCOME or REJECT, anything else ends
 * the link. Confined to the I/O context.
 */
final class InboundHandshake {

    private static final int LONGEST_ADDRESS = 255;

    private final LinkContext links;
    private final PeerContext core;
    private final PeerLink link;
    private final ReceiveWindow window;
    private final BooleanSupplier hasRoom;

    /**
     * @param window where the first credit is taken
     * @param hasRoom whether this peer accepts another link
     */
    InboundHandshake(LinkContext links, PeerLink link, ReceiveWindow window, BooleanSupplier hasRoom) {
        this.links = links;
        core = links.core;
        this.link = link;
        this.window = window;
        this.hasRoom = hasRoom;
    }

    /**
     * Takes credit for a dialler, or rejects it and ends the link.
     *
     * @return the answer to send once the link is open; null if the link has ended
     */
    Control.@Nullable Welcome answer(Control.Hello hello) {
        if (hello.minVersion() > FrameFormat.VERSION || hello.maxVersion() < FrameFormat.VERSION) {
            return reject(
                    Reject.VERSION,
                    "only version " + FrameFormat.VERSION + " is spoken here",
                    "no version in common with " + hello.speaker().service());
        }
        if (hello.target() != 0 && hello.target() != core.incarnation) {
            return reject(Reject.INCARNATION, "another incarnation is here now", "another incarnation was meant");
        }
        if (core.isClosing() || !hasRoom.getAsBoolean()) {
            return reject(Reject.OVERLOADED, "no more links here", "no more links");
        }
        LinkLimits granted = window.open(hello.creditWanted());
        if (granted == null) {
            return reject(Reject.OVERLOADED, "no memory for another link", "no memory for another link");
        }
        return new Control.Welcome(
                FrameFormat.VERSION,
                core.speaker,
                granted,
                publishAddress(),
                links.bulk.isPossible(),
                true,
                hello.creditWanted());
    }

    /** Ends the link with REJECT. Returns null. */
    private Control.@Nullable Welcome reject(int code, String told, String reason) {
        link.end(new Reject(code, told), reason);
        return null;
    }

    /** Returns the publish address for diallers that have it from no registry; empty if it is longer than WELCOME can hold. */
    private String publishAddress() {
        String address = core.port().publishAddress();
        return address.getBytes(StandardCharsets.UTF_8).length <= LONGEST_ADDRESS ? address : "";
    }

    /** Ends a link that begins with a valid envelope other than HELLO: most likely the rest of a link that has ended here. */
    void endUnknown() {
        core.counters.malformedFrames.increment();
        link.end(null, "no HELLO");
    }

    /** Ends a link of somebody who is no peer. No answer is sent, which could be used to make this peer talk to strangers. */
    void endStranger(String how) {
        core.counters.malformedFrames.increment();
        core.complaints.report(
                "stranger", "A stranger sent what is no frame of Parley: " + how, new PeerLink.ProtocolViolation(how));
        link.end(null, how);
    }
}
