package io.parley.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.internal.pubsub.PublishBuffer;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.wire.Topics;
import io.parley.message.PeerName;
import io.parley.observe.FlowStep;
import io.parley.observe.ReservedChannels;
import io.parley.testkit.SimulatedEnvironment;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FlowPublisherTest {

    private static final String CHANNEL =
            ReservedChannels.flows("service").name().toString();
    private static final byte[] TOPIC = Topics.subscription(CHANNEL, "");
    private static final Duration INTERVAL = Duration.ofMillis(50);

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final PeerContext core = TestCore.recording(environment, Limits.defaults(), 1_024);
    private final PublishBuffer publications = new PublishBuffer(core, () -> {});
    private final FlowPublisher flows = new FlowPublisher(core, publications);

    private void recordSomething() {
        core.flows.recordPeer(FlowStep.CIRCUIT_MOVED, new PeerName("other", "other-1"), "opened");
    }

    @Test
    void nothingIsPublishedWithoutASubscriber() {
        recordSomething();
        environment.runFor(INTERVAL.multipliedBy(2));
        assertThat(publications.allChannels()).isEmpty();
    }

    @Test
    void subscribersOfOtherChannelsAreOfNoInterest() {
        flows.onSubscribed(Topics.subscription("service/news", ""));
        recordSomething();
        environment.runFor(INTERVAL.multipliedBy(2));
        assertThat(publications.allChannels()).isEmpty();
    }

    @Test
    void stepsArePublishedWithinTheIntervalOnceSomebodySubscribes() {
        flows.onSubscribed(TOPIC);
        recordSomething();
        environment.runFor(INTERVAL.minusNanos(1));
        assertThat(publications.allChannels()).isEmpty();
        environment.runFor(Duration.ofNanos(1));
        environment.run();
        assertThat(publications.allChannels()).hasSize(1);
    }

    @Test
    void stepsBeforeTheSubscriptionAreNotPublished() {
        recordSomething();
        flows.onSubscribed(TOPIC);
        environment.runFor(INTERVAL.multipliedBy(2));
        assertThat(publications.allChannels()).isEmpty();
    }

    @Test
    void publishingEndsWithTheLastSubscriber() {
        flows.onSubscribed(TOPIC);
        flows.onSubscribed(TOPIC);
        flows.onUnsubscribed(TOPIC);
        flows.onUnsubscribed(TOPIC);
        recordSomething();
        environment.runFor(INTERVAL.multipliedBy(2));
        assertThat(publications.allChannels()).isEmpty();
    }
}
