package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.internal.link.DialledLink.State;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.LinkLimits;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.Frames;
import io.parley.message.PeerName;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.time.Deadline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DialledLinkTest {

    private static final LinkLimits LIMITS = new LinkLimits(1 << 20, 100, 1 << 20);
    private static final PeerId ACCEPTOR = new PeerId(7, "orders", "orders-9");

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final PeerContext core = TestCore.bound(environment, Limits.defaults());
    private final LinkContext links = new LinkContext(core);
    private final RecordingLink wire = new RecordingLink();
    private final RecordingDialledLink link =
            new RecordingDialledLink(links, RecordingDialledLink.instance(ACCEPTOR.incarnation()), wire);

    private static Control.Welcome welcome(int version, PeerId speaker, boolean finished) {
        return new Control.Welcome(version, speaker, LIMITS, "mem:2", false, finished, true);
    }

    private static void receive(RecordingDialledLink link, Control control) {
        link.onFrame(Frames.of(control));
    }

    private void connectTimeout() {
        environment.runFor(core.config.limits().connectTimeout());
    }

    @Test
    void helloNamesTheIncarnationThatIsMeantAndTheCreditThatIsGranted() {
        link.sayHello();
        assertThat(wire.sent()).hasSize(1);
        var hello = (Control.Hello) wire.sent().get(0);
        assertThat(hello.target()).isEqualTo(ACCEPTOR.incarnation());
        assertThat(hello.speaker()).isEqualTo(core.speaker);
        assertThat(hello.terms()).isEqualTo(links.credit.full());
        assertThat(hello.minVersion()).isEqualTo(FrameFormat.VERSION);
        assertThat(hello.maxVersion()).isEqualTo(FrameFormat.VERSION);
        assertThat(hello.clock()).isNotZero();
        assertThat(link.state()).isEqualTo(State.CONNECTING);
    }

    @Test
    void welcomeMakesTheLinkReady() {
        link.sayHello();
        environment.runFor(Duration.ofMillis(3));
        receive(link, welcome(FrameFormat.VERSION, ACCEPTOR, true));
        assertThat(link.told).containsExactly("keep one-ways", "welcomed", "READY");
        assertThat(link.isReady()).isTrue();
        assertThat(link.wasReady()).isTrue();
        assertThat(link.readySince()).isEqualTo(core.time.nanoTime());
    }

    @Test
    void oneWaysAreNotKeptForAnAcceptorThatDoesNotTellWhichAreFinished() {
        receive(link, welcome(FrameFormat.VERSION, ACCEPTOR, false));
        assertThat(link.told).containsExactly("welcomed", "READY");
    }

    @Test
    void linkEndsWithoutAnAnswerWithinTheConnectTimeout() {
        link.sayHello();
        environment.runFor(core.config.limits().connectTimeout().minusNanos(1));
        assertThat(link.state()).isEqualTo(State.CONNECTING);
        environment.runFor(Duration.ofNanos(1));
        assertThat(link.state()).isEqualTo(State.ENDED);
        assertThat(link.wasReady()).isFalse();
        assertThat(wire.isClosed).isTrue();
        assertThat(link.told).hasSize(1).first().asString().contains("no WELCOME");
    }

    @Test
    void connectTimeoutDoesNotEndALinkThatIsReady() {
        link.sayHello();
        receive(link, welcome(FrameFormat.VERSION, ACCEPTOR, true));
        connectTimeout();
        assertThat(link.state()).isEqualTo(State.READY);
        assertThat(wire.isClosed).isFalse();
    }

    @Test
    void anotherIncarnationEndsTheLinkInSilence() {
        receive(link, welcome(FrameFormat.VERSION, new PeerId(8, "orders", "orders-9"), true));
        assertThat(link.state()).isEqualTo(State.ENDED);
        assertThat(wire.isClosed).isTrue();
        assertThat(wire.sent()).isEmpty();
        assertThat(link.told).containsExactly("ended: another incarnation answered at mem:1");
    }

    @Test
    void welcomeTellsTheIncarnationThatTheRegistryDoesNotKnow() {
        var unknown = new RecordingDialledLink(links, RecordingDialledLink.instance(0), wire);
        assertThat(unknown.incarnation()).isZero();
        assertThat(unknown.acceptor()).isEqualTo(new PeerName("orders", "orders-1"));
        receive(unknown, welcome(FrameFormat.VERSION, ACCEPTOR, true));
        assertThat(unknown.isReady()).isTrue();
        assertThat(unknown.incarnation()).isEqualTo(ACCEPTOR.incarnation());
        assertThat(unknown.acceptor()).isEqualTo(new PeerName("orders", "orders-9"));
    }

    @Test
    void welcomeDoesNotChangeTheNameThatTheRegistryKnows() {
        receive(link, welcome(FrameFormat.VERSION, ACCEPTOR, true));
        assertThat(link.acceptor()).isEqualTo(new PeerName("orders", "orders-1"));
    }

    @Test
    void welcomeWithAnotherVersionBreaksTheProtocol() {
        receive(link, welcome(FrameFormat.VERSION + 1, ACCEPTOR, true));
        assertThat(link.state()).isEqualTo(State.ENDED);
        assertThat(wire.sent())
                .containsExactly(new Control.Reject(
                        Control.Reject.MALFORMED, "WELCOME with version " + (FrameFormat.VERSION + 1)));
        assertThat(core.counters.malformedFrames.sum()).isEqualTo(1);
    }

    @Test
    void rejectEndsTheLinkAndKeepsItsCode() {
        receive(link, new Control.Reject(Control.Reject.OVERLOADED, "no more\u001b links"));
        assertThat(link.state()).isEqualTo(State.ENDED);
        assertThat(link.rejectedWith()).isEqualTo(Control.Reject.OVERLOADED);
        assertThat(wire.isClosed).isTrue();
        assertThat(link.told).hasSize(2).startsWith("rejected");
        assertThat(link.told.get(1)).contains("code 5").doesNotContain("\u001b");
    }

    @Test
    void nothingButWelcomeAndRejectIsAnAnswerToHello() {
        for (Control control : List.of(
                new Control.Ping(1),
                new Control.Pong(1),
                new Control.Credit(1, 1),
                new Control.GoingAway(1),
                new Control.Cancel(1, 1),
                new Control.CreditWanted(1),
                new Control.BulkWanted(),
                new Control.BulkOver())) {
            var fresh = new RecordingDialledLink(links, RecordingDialledLink.instance(7), new RecordingLink());
            receive(fresh, control);
            assertThat(fresh.state()).as(control.toString()).isEqualTo(State.ENDED);
            assertThat(fresh.told)
                    .as(control.toString())
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("before WELCOME");
        }
    }

    @Test
    void unexpectedEnvelopeAfterWelcomeBreaksTheProtocol() {
        receive(link, welcome(FrameFormat.VERSION, ACCEPTOR, true));
        receive(link, new Control.BulkOver());
        assertThat(link.state()).isEqualTo(State.ENDED);
        assertThat(link.told.get(link.told.size() - 1)).contains("BulkOver out of place");
    }

    @Test
    void acceptorThatGoesAwayGetsNothingNew() {
        receive(link, welcome(FrameFormat.VERSION, ACCEPTOR, true));
        assertThat(link.isOtherLeaving()).isFalse();
        receive(link, new Control.GoingAway(1_000));
        assertThat(link.state()).isEqualTo(State.LEAVING);
        assertThat(link.isReady()).isFalse();
        assertThat(link.isOtherLeaving()).isTrue();
        assertThat(link.told).endsWith("LEAVING");
    }

    @Test
    void peerThatClosesSaysSoOnALinkThatBecomesReadyMeanwhile() {
        core.closing(Deadline.after(Duration.ofSeconds(2), core.time));
        receive(link, welcome(FrameFormat.VERSION, ACCEPTOR, true));
        environment.run();
        assertThat(wire.sent()).containsExactly(new Control.GoingAway(2_000));
    }
}
