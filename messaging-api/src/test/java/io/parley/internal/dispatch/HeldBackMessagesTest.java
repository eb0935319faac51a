package io.parley.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.testkit.SimulatedEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldBackMessagesTest {

    private static final Duration LOOK = Duration.ofMillis(1);
    private static final int QUIET_LOOKS = 3;
    private static final int MOST_LOOKS = 256;

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final PeerContext core = TestCore.bound(environment, Limits.defaults());
    private final HeldBackMessages heldBack = new HeldBackMessages(core);
    private final ReplyPath slow = new Nowhere();
    private final ReplyPath quick = new Nowhere();
    private final List<String> handedOver = new ArrayList<>();

    private void add(String message) {
        heldBack.add(() -> handedOver.add(message));
    }

    @Test
    void onlyTheLinkThatWasHeldUpIsHeldBack() {
        assertThat(heldBack.isHolding(slow)).isFalse();
        heldBack.hold(slow);
        assertThat(heldBack.isHolding(slow)).isTrue();
        assertThat(heldBack.isHolding(quick)).isFalse();
    }

    @Test
    void messagesAreHandedOverInOrderOnceNoFrameComesAnyMore() {
        heldBack.hold(slow);
        add("first");
        add("second");
        environment.runFor(LOOK.multipliedBy(QUIET_LOOKS - 1));
        assertThat(handedOver).isEmpty();
        environment.runFor(LOOK);
        assertThat(handedOver).containsExactly("first", "second");
        assertThat(heldBack.isHolding(slow)).isFalse();
    }

    @Test
    void framesThatComeProlongTheWait() {
        heldBack.hold(slow);
        add("message");
        for (int i = 0; i < 5 * QUIET_LOOKS; i++) {
            heldBack.onFrame();
            environment.runFor(LOOK);
        }
        assertThat(handedOver).isEmpty();
        environment.runFor(LOOK.multipliedBy(QUIET_LOOKS));
        assertThat(handedOver).containsExactly("message");
    }

    @Test
    void waitHasAnEndThoughFramesCome() {
        heldBack.hold(slow);
        add("message");
        for (int i = 0; i < MOST_LOOKS; i++) {
            assertThat(handedOver).isEmpty();
            heldBack.onFrame();
            environment.runFor(LOOK);
        }
        assertThat(handedOver).containsExactly("message");
    }

    @Test
    void messageThatThrowsKeepsNoOtherBack() {
        heldBack.hold(slow);
        heldBack.add(() -> {
            throw new IllegalStateException("on purpose");
        });
        add("message");
        environment.runFor(LOOK.multipliedBy(QUIET_LOOKS));
        assertThat(handedOver).containsExactly("message");
    }
}
