package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.internal.lane.NumberRanges;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.wire.Control.LinkLimits;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.transport.Link;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FinishedOneWaysTest {

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final PeerContext core = TestCore.bound(environment, Limits.defaults());
    private final List<byte[]> frames = new ArrayList<>();

    private final Link link = new Link() {
        @Override
        public boolean send(byte[] frame) {
            return frames.add(frame);
        }

        @Override
        public void close() {}
    };

    private final SendBuffer outbox = new SendBuffer(core, link, () -> {}, () -> {});
    private final FinishedOneWays finished = new FinishedOneWays(core, outbox);

    private void finishAndAnnounce() {
        outbox.open(new LinkLimits(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE));
        var numbers = new NumberRanges();
        numbers.add(finished.nextNumber(2), 2);
        finished.add(numbers);
        finished.announce();
        finished.announce();
        environment.run();
    }

    @Test
    void messagesAreNumberedFromOne() {
        assertThat(finished.nextNumber(1)).isEqualTo(1);
        assertThat(finished.nextNumber(3)).isEqualTo(2);
        assertThat(finished.nextNumber(1)).isEqualTo(5);
    }

    @Test
    void diallerThatWantsItIsToldOnce() {
        finished.begin();
        finishAndAnnounce();
        assertThat(frames).hasSize(1);
    }

    @Test
    void diallerThatDoesNotWantItIsToldNothing() {
        finishAndAnnounce();
        assertThat(frames).isEmpty();
    }
}
