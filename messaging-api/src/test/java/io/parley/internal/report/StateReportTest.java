package io.parley.internal.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.internal.dispatch.Handlers;
import io.parley.internal.dispatch.OverdueRequests;
import io.parley.internal.lane.DeadlineSweep;
import io.parley.internal.link.InboundLinks;
import io.parley.internal.link.LinkContext;
import io.parley.internal.link.SentOneWays;
import io.parley.internal.pubsub.PublishBuffer;
import io.parley.internal.pubsub.PublisherFeeds;
import io.parley.internal.route.Mesh;
import io.parley.internal.route.UnawaitedAnswers;
import io.parley.internal.router.Router;
import io.parley.internal.runtime.DeadLetters;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.survey.Surveys;
import io.parley.testkit.SimulatedEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StateReportTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final PeerContext core = TestCore.bound(
            SimulatedEnvironment.seeded(1),
            Limits.defaults().withConnectTimeout(Duration.ofMillis(1_234)).withInstanceTimeout(Duration.ofMillis(567)));
    private final LinkContext links = new LinkContext(core);
    private final PublishBuffer publications = new PublishBuffer(core, () -> {});
    private final PublisherFeeds feeds = new PublisherFeeds(core);
    private final DeadLetters deadLetters = new DeadLetters(core);
    private final Handlers handlers = new Handlers(core, deadLetters, () -> {}, Router.NONE.fallback());
    private final DeadlineSweep deadlines =
            new DeadlineSweep(core.time, task -> core.port().execute(task), now -> false);
    private final Mesh mesh = new Mesh(
            links,
            feeds,
            new UnawaitedAnswers(core, deadLetters, new SentOneWays(1), Router.NONE.answers()),
            deadlines,
            handlers::channels);
    private final InboundLinks inbound =
            new InboundLinks(links, handlers, new Surveys(core, Router.NONE.responses()), Router.NONE.diallers());
    private final StateReport state =
            new StateReport(core, handlers, publications, mesh, inbound, feeds, new OverdueRequests(core));

    private JsonNode report() {
        return JSON.readTree(state.write(state.gather()));
    }

    /** The example of the document about observation, which lists every field. */
    private static JsonNode documented() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "observe.md"), UTF_8);
        String section = page.substring(page.indexOf("### State"));
        int begin = section.indexOf("```json") + "```json".length();
        return JSON.readTree(section.substring(begin, section.indexOf("```", begin)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/limits", "/memory", "/memory/parts/0", "/counters", "/recorder"})
    void fieldsAreThoseOfTheDocument(String part) throws IOException {
        assertThat(report().at(part).propertyNames())
                .isNotEmpty()
                .containsExactlyElementsOf(documented().at(part).propertyNames());
    }

    @Test
    void limitsAreThoseOfThePeer() {
        JsonNode limits = report().get("limits");
        assertThat(limits.get("connectTimeoutMillis").asInt()).isEqualTo(1_234);
        assertThat(limits.get("instanceTimeoutMillis").asInt()).isEqualTo(567);
    }

    @Test
    void errorsAreListedWithTheLatestFirst() {
        core.complaints.report("kind", "first");
        core.complaints.report("another kind", "second");
        JsonNode errors = report().get("errors");
        assertThat(errors.get(0).get("what").asString()).isEqualTo("second");
        assertThat(errors.get(1).get("what").asString()).isEqualTo("first");
    }

    @Test
    void countersAreThoseOfThisMoment() {
        assertThat(report().at("/counters/sent").asInt()).isZero();
        core.counters.sent.add(3);
        assertThat(report().at("/counters/sent").asInt()).isEqualTo(3);
    }
}
