package io.parley.internal.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.internal.dispatch.Handlers;
import io.parley.internal.link.InboundLinks;
import io.parley.internal.link.LinkContext;
import io.parley.internal.pubsub.PublishBuffer;
import io.parley.internal.pubsub.PublisherFeeds;
import io.parley.internal.report.FlowPublisher;
import io.parley.internal.router.Router;
import io.parley.internal.runtime.DeadLetters;
import io.parley.internal.runtime.ErrorReporter;
import io.parley.internal.runtime.FailureShutdown;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.survey.Surveys;
import io.parley.internal.wire.Topics;
import io.parley.testkit.SimulatedEnvironment;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortEventsTest {

    private final PeerContext core = TestCore.bound(SimulatedEnvironment.seeded(1), Limits.defaults());
    private final PublishBuffer publications = new PublishBuffer(core, () -> {});
    private final Handlers handlers = new Handlers(core, new DeadLetters(core), () -> {}, Router.NONE.fallback());
    private final InboundLinks inbound = new InboundLinks(
            new LinkContext(core), handlers, new Surveys(core, Router.NONE.responses()), Router.NONE.diallers());
    private final PortEvents events = new PortEvents(
            core,
            inbound,
            new FlowPublisher(core, publications),
            Router.NONE,
            publications,
            new PublisherFeeds(core),
            new FailureShutdown(core, new NoTakeover(), List.of(), () -> {}));

    @Test
    void onlyPrefixesOfTopicsMayBeSubscribedTo() {
        assertThat(events.mayBeTopic(Topics.subscription("service/news", ""))).isTrue();
        assertThat(events.mayBeTopic(Topics.confirmation(7, "service/news"))).isTrue();
        assertThat(events.mayBeTopic("GET / HTTP/1.1".getBytes(ISO_8859_1))).isFalse();
    }

    @Test
    void troubleOfTheTransportIsCountedAndReported() {
        events.onTrouble("a stranger\u001b");
        assertThat(core.counters.malformedFrames.sum()).isEqualTo(1);
        assertThat(core.complaints.latest())
                .singleElement()
                .extracting(ErrorReporter.Told::what)
                .asString()
                .contains("a stranger")
                .doesNotContain("\u001b");
    }

    private static final class NoTakeover implements FailureShutdown.Takeover {

        @Override
        public void supersede() {}

        @Override
        public void endFailed(Throwable cause) {}
    }
}
