package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.wire.ChunkBudget;
import io.parley.internal.wire.Control.LinkLimits;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.transport.Link;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The credit of one inbound link, and the end of a link whose credit is taken back. */
class ReceiveWindowTest {

    private static final int MESSAGE = 100;

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final PeerContext core = TestCore.bound(environment, Limits.defaults());
    private final CreditPool pool = new CreditPool(core.memory.credit, core.config.limits(), core.time);

    private final Link link = new Link() {
        @Override
        public boolean send(byte[] frame) {
            return true;
        }

        @Override
        public void close() {}
    };

    private final SendBuffer outbox = new SendBuffer(core, link, () -> {}, () -> {});
    private final ReceiveWindow window = new ReceiveWindow(pool, outbox, new FinishedOneWays(core, outbox));

    private LinkLimits open() {
        return Objects.requireNonNull(window.open(true));
    }

    @Test
    void nothingIsCoveredBeforeTheDiallerIsWelcome() {
        assertThat(window.take(1, MESSAGE)).isFalse();
        assertThat(window.isLittle(1, 1)).isFalse();
        assertThat(window.meansFor(1)).isEqualTo(ChunkBudget.Means.NONE);
        assertThat(window.cost()).isZero();
        assertThat(window.isNothingInHand()).isTrue();
    }

    @Test
    void messagesAreCoveredUpToWhatIsGranted() {
        LinkLimits granted = open();
        assertThat(window.take(1, granted.bytes())).isTrue();
        assertThat(window.meansFor(1)).isEqualTo(ChunkBudget.Means.NONE);
        assertThat(window.take(1, 1)).isFalse();
        assertThat(window.isNothingInHand()).isFalse();
    }

    @Test
    void finishedMessagesAreGrantedAnew() {
        LinkLimits granted = open();
        assertThat(window.take(1, granted.bytes())).isTrue();
        window.done(1, granted.bytes());
        assertThat(window.isNothingInHand()).isTrue();
        assertThat(window.meansFor(granted.bytes())).isEqualTo(ChunkBudget.Means.CREDIT);
        assertThat(window.take(1, granted.bytes())).isTrue();
    }

    @Test
    void messageInHandIsPaidForAfterTheEndUntilItIsFinished() {
        open();
        assertThat(window.take(1, MESSAGE)).isTrue();
        long before = core.memory.credit.budget().reserved();
        window.close();
        long inHand = core.memory.credit.budget().reserved();
        assertThat(inHand).isPositive().isLessThan(before);
        window.done(1, MESSAGE);
        assertThat(core.memory.credit.budget().reserved()).isLessThan(inHand);
    }

    @Test
    void unusedCreditBecomesReclaimable() {
        open();
        for (int beat = 0; beat < 2; beat++) {
            assertThat(window.isReclaimable()).isFalse();
            window.onBeat(0);
        }
        assertThat(window.isReclaimable()).isTrue();
        assertThat(window.isStill()).isTrue();
    }

    @Test
    void retirementGrantsNothingMoreAndBeginsOnce() {
        LinkLimits granted = open();
        var retirement = new LinkRetirement(window);
        assertThat(retirement.isBegun()).isFalse();
        assertThat(retirement.begin()).isTrue();
        assertThat(retirement.begin()).isFalse();
        assertThat(window.take(1, granted.bytes())).isTrue();
        window.done(1, granted.bytes());
        assertThat(window.take(1, 1)).isFalse();
    }

    @Test
    void retiredLinkEndsOnceTheDiallerKnowsAndAllIsFinished() {
        open();
        var retirement = new LinkRetirement(window);
        assertThat(retirement.mayEnd(true)).as("not retired").isFalse();
        retirement.begin();
        assertThat(window.take(1, MESSAGE)).isTrue();
        assertThat(retirement.mayEnd(true)).as("a message is in hand").isFalse();
        window.done(1, MESSAGE);
        assertThat(retirement.mayEnd(false)).as("the dialler may not know").isFalse();
        assertThat(retirement.mayEnd(true)).isTrue();
    }

    @Test
    void retiredLinkEndsWithoutTheDiallersConsentOnceItHasHadTime() {
        open();
        var retirement = new LinkRetirement(window);
        retirement.begin();
        int gathered = 0;
        for (int beat = 0; beat < 15; beat++) {
            window.onBeat(++gathered);
            retirement.onBeat();
            assertThat(retirement.isEndingSoon()).isEqualTo(beat < 2);
            assertThat(retirement.mayEnd(false)).as("a message is under way").isFalse();
        }
        window.onBeat(gathered);
        assertThat(retirement.mayEnd(false)).as("nothing comes any more").isTrue();
    }
}
