package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.LinkLimits;
import io.parley.testkit.SimulatedEnvironment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendTimesTest {

    private static final long MILLI = 1_000_000;
    /** What the dialler's clock shows at HELLO, in microseconds. */
    private static final long HELLO = 5_000_000;

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final PeerContext core = TestCore.bound(environment, Limits.defaults());
    private final RecordingLink wire = new RecordingLink();
    private final RecordingDialledLink link =
            new RecordingDialledLink(new LinkContext(core), RecordingDialledLink.instance(7), wire);
    private int heldUp;
    private final SendTimes times = new SendTimes(core, link.outbox, link.inChunks(), () -> heldUp++);
    private final long begin = core.time.nanoTime();

    private void hello() {
        link.outbox.open(new LinkLimits(1 << 20, 100, 1 << 20));
        times.onHello(HELLO);
    }

    private void pass(long millis) {
        environment.runFor(Duration.ofMillis(millis));
    }

    /** A message is read that was sent so many milliseconds after HELLO. */
    private long read(long millis) {
        times.onMessage(HELLO + 1_000 * millis);
        return countsFrom();
    }

    /** In milliseconds since HELLO. */
    private long countsFrom() {
        return (times.countsFrom(core, core.time.nanoTime()) - begin) / MILLI;
    }

    private List<Object> pings() {
        environment.run();
        return wire.sent();
    }

    @Test
    void messageOfADiallerThatNeverSaysAnythingCountsFromWhenItIsRead() {
        times.onHello(0);
        pass(3);
        times.onMessage(0);
        assertThat(countsFrom()).isEqualTo(3);
    }

    @Test
    void messageCountsFromWhenItWasSent() {
        hello();
        pass(9);
        assertThat(read(2)).isEqualTo(2);
        assertThat(pings()).as("too quick for doubts").isEmpty();
    }

    @Test
    void messagesThatSayNothingCountFromTheLatestTimeThatWasSaid() {
        hello();
        pass(9);
        read(2);
        pass(1);
        times.onMessage(0);
        assertThat(countsFrom()).isEqualTo(2);
        read(5);
        assertThat(read(3)).as("which says so of itself alone").isEqualTo(3);
        times.onRepeats();
        assertThat(countsFrom()).isEqualTo(5);
    }

    @Test
    void messageThatWasUnderWayForLongIsReportedAsHeldUp() {
        hello();
        pass(150);
        read(50);
        assertThat(heldUp).as("100 ms, the bound itself").isZero();
        pass(1);
        read(50);
        assertThat(heldUp).isEqualTo(1);
        times.onMessage(0);
        assertThat(heldUp).as("which says nothing").isEqualTo(1);
    }

    @Test
    void clockInDoubtIsAskedOnce() {
        hello();
        pass(12);
        read(1);
        assertThat(pings()).containsExactly(new Control.Ping(begin + 12 * MILLI));
        pass(1);
        read(2);
        assertThat(pings()).hasSize(1);
    }

    @Test
    void nothingThatIsSentAfterThePongIsOlderThanThePing() {
        hello();
        pass(12);
        read(1);
        times.onPong(begin + 12 * MILLI);
        assertThat(read(3)).as("whatever its clock says").isEqualTo(12);
    }

    @Test
    void answerToAnotherPingProvesNothing() {
        hello();
        pass(12);
        read(1);
        times.onPong(begin + 11 * MILLI);
        assertThat(read(3)).isEqualTo(3);
    }

    @Test
    void pongProvesNothingOfChunksIfSomeCameSinceThePing() {
        hello();
        pass(12);
        read(1);
        link.inChunks().onChunk(10);
        times.onPong(begin + 12 * MILLI);
        link.inChunks().beginReading();
        assertThat(read(3)).isEqualTo(3);
    }

    @Test
    void pongProvesSomethingOfChunksIfNoneCameSinceThePing() {
        hello();
        link.inChunks().onChunk(10);
        pass(12);
        read(1);
        times.onPong(begin + 12 * MILLI);
        link.inChunks().beginReading();
        assertThat(read(3)).isEqualTo(12);
    }
}
