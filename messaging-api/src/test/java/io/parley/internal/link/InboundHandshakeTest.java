package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.internal.runtime.ErrorReporter;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.LinkLimits;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.Control.Reject;
import io.parley.internal.wire.FrameFormat;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.time.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InboundHandshakeTest {

    private static final PeerId DIALLER = new PeerId(7, "billing", "billing-1");
    private static final LinkLimits LIMITS = new LinkLimits(1 << 20, 100, 1 << 20);

    private final PeerContext core =
            TestCore.bound(SimulatedEnvironment.seeded(1), Limits.defaults().withMemory(64 << 20));
    private final LinkContext links = new LinkContext(core);
    private final RecordingLink wire = new RecordingLink();
    private final RecordingDialledLink link = new RecordingDialledLink(links, RecordingDialledLink.instance(0), wire);
    private final ReceiveWindow window = window();
    private boolean hasRoom = true;
    private final InboundHandshake handshake = new InboundHandshake(links, link, window, () -> hasRoom);

    private ReceiveWindow window() {
        return new ReceiveWindow(links.credit, link.outbox, new FinishedOneWays(core, link.outbox));
    }

    private static Control.Hello hello(int least, int most, long target) {
        return new Control.Hello(least, most, DIALLER, target, LIMITS, true, true, true);
    }

    private static Control.Hello hello() {
        return hello(FrameFormat.VERSION, FrameFormat.VERSION, 0);
    }

    private void assertRejected(Control.Hello hello, int code, String reason) {
        assertThat(handshake.answer(hello)).isNull();
        assertThat(wire.sent()).hasSize(1).first().isInstanceOf(Reject.class);
        assertThat(((Reject) wire.sent().get(0)).code()).isEqualTo(code);
        assertThat(wire.isClosed).isTrue();
        assertThat(link.told).containsExactly("ended: " + reason);
        assertThat(window.cost()).as("credit of a dialler that is not welcome").isZero();
    }

    @Test
    void welcomeGrantsCreditAndSaysWhereEventsAre() {
        Control.Welcome welcome = handshake.answer(hello());
        assertThat(welcome).isNotNull();
        assertThat(welcome.version()).isEqualTo(FrameFormat.VERSION);
        assertThat(welcome.speaker()).isEqualTo(core.speaker);
        assertThat(welcome.publishAddress()).isEqualTo(core.port().publishAddress());
        assertThat(welcome.finished()).isTrue();
        assertThat(welcome.creditWanted()).isTrue();
        assertThat(welcome.terms().messages()).isPositive();
        assertThat(window.take(1, welcome.terms().bytes())).isTrue();
        assertThat(window.take(1, 1)).as("more than was granted").isFalse();
        assertThat(wire.sent()).as("the caller sends it").isEmpty();
    }

    @Test
    void diallerThatMeansThisIncarnationIsWelcome() {
        assertThat(handshake.answer(hello(FrameFormat.VERSION, FrameFormat.VERSION, core.incarnation)))
                .isNotNull();
    }

    @Test
    void diallerThatSpeaksLaterVersionsTooIsWelcome() {
        Control.Welcome welcome = handshake.answer(hello(FrameFormat.VERSION - 1, FrameFormat.VERSION + 5, 0));
        assertThat(welcome).isNotNull();
        assertThat(welcome.version()).isEqualTo(FrameFormat.VERSION);
    }

    @Test
    void diallerWithoutAVersionInCommonIsRejected() {
        assertRejected(
                hello(FrameFormat.VERSION + 1, FrameFormat.VERSION + 2, 0),
                Reject.VERSION,
                "no version in common with billing");
    }

    @Test
    void diallerOfOldVersionsIsRejected() {
        assertRejected(
                hello(FrameFormat.VERSION - 1, FrameFormat.VERSION - 1, 0),
                Reject.VERSION,
                "no version in common with billing");
    }

    @Test
    void diallerThatMeansAnotherIncarnationIsRejected() {
        assertRejected(
                hello(FrameFormat.VERSION, FrameFormat.VERSION, core.incarnation + 1),
                Reject.INCARNATION,
                "another incarnation was meant");
    }

    @Test
    void closingPeerRejects() {
        core.closing(Deadline.after(Duration.ofSeconds(1), core.time));
        assertRejected(hello(), Reject.OVERLOADED, "no more links");
    }

    @Test
    void peerWithTooManyLinksRejects() {
        hasRoom = false;
        assertRejected(hello(), Reject.OVERLOADED, "no more links");
    }

    @Test
    void peerWithoutMemoryForAnotherLinkRejects() {
        int opened = 0;
        while (window().open(true) != null) {
            opened++;
            assertThat(opened).isLessThan(100_000);
        }
        assertThat(opened).isPositive();
        assertRejected(hello(), Reject.OVERLOADED, "no memory for another link");
    }

    @Test
    void linkThatBeginsWithoutHelloEndsInSilence() {
        handshake.endUnknown();
        assertThat(wire.sent()).isEmpty();
        assertThat(wire.isClosed).isTrue();
        assertThat(core.counters.malformedFrames.sum()).isEqualTo(1);
        assertThat(core.complaints.latest()).isEmpty();
    }

    @Test
    void strangerIsReportedAndGetsNoAnswer() {
        handshake.endStranger("GET / \u001bHTTP");
        assertThat(wire.sent()).isEmpty();
        assertThat(wire.isClosed).isTrue();
        assertThat(core.counters.malformedFrames.sum()).isEqualTo(1);
        assertThat(core.complaints.latest())
                .singleElement()
                .extracting(ErrorReporter.Told::what)
                .asString()
                .contains("GET /")
                .doesNotContain("\u001b");
    }
}
