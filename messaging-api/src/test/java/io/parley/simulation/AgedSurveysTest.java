package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.Replier;
import io.parley.RouterOptions;
import io.parley.SubscribeOptions;
import io.parley.Survey;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.SurveyChannel;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Surveys, and events with a deadline, that a network or a process that stood still held up for seconds: those whose deadline has passed
 * are not begun, and nothing is refused that has time left. In virtual time.
 */
class AgedSurveysTest {

    private static final SurveyChannel<String, String> POLL =
            PublishSubscribeChannel.of("far/poll", String.class).withResponses(String.class);
    private static final SurveyChannel<String, String> OTHER =
            PublishSubscribeChannel.of("far/other", String.class).withResponses(String.class);
    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("far/news", String.class);

    private static final Duration LIMIT = Duration.ofMillis(1_100);
    private static final Duration HOLE = Duration.ofSeconds(5);
    /** As many as the network holds of a feed. */
    private static final Duration BETWEEN = Duration.ofMillis(500);

    /** Its own late beat would tell a responder something of the time for which it stood still. */
    private static final Limits SELDOM_BEATS = Limits.defaults().withHeartbeat(Duration.ofSeconds(30));

    /** Remaining time travels in milliseconds, rounded up, and is reckoned to a millisecond; clocks may drift 200 ppm between questions. */
    private static final long TOLERANCE_NANOS =
            2_000_000 + Duration.ofSeconds(30).toNanos() / 5_000;

    private final Simulation mesh = new Simulation(12);
    /** When the network brings what it holds back. */
    private long holeEnd;

    private final List<Long> lateBy = new ArrayList<>();
    private final List<String> begun = new ArrayList<>();

    enum Place {
        POOLED(HandlerOptions.pooled()),
        SERIAL(HandlerOptions.serial()),
        INLINE(HandlerOptions.inline());

        final HandlerOptions handling;

        Place(HandlerOptions handling) {
            this.handling = handling;
        }
    }

    private long now() {
        return mesh.environment.time().nanoTime();
    }

    private void delayInHole() {
        mesh.network.delayBy(random -> Duration.ofNanos(Math.max(1_000_000, holeEnd - now())));
    }

    private void begin(String deadline) {
        begun.add(deadline);
        long by = now() - Long.parseLong(deadline);
        if (by > TOLERANCE_NANOS) {
            lateBy.add(by);
        }
    }

    private void respond(Peer near, HandlerOptions handling) {
        Replier<String, String> replier = question -> {
            begin(question.payload());
            return "answered";
        };
        near.respondAsync(POLL, handling, replier.asAsync());
    }

    private String deadline() {
        return String.valueOf(now() + LIMIT.toNanos());
    }

    private Survey<String> survey(Peer far) {
        return far.surveyor(POLL).survey(deadline(), LIMIT);
    }

    private void surveyFor(Duration duration, Peer far) {
        long end = now() + duration.toNanos();
        while (now() < end) {
            survey(far);
            mesh.run(BETWEEN);
        }
    }

    /** Surveys that have time left are begun. */
    private void assertGoesOn(Peer far) {
        begun.clear();
        var asked = new ArrayList<Survey<String>>();
        for (int i = 0; i < 5; i++) {
            asked.add(survey(far));
            mesh.run(BETWEEN);
        }
        mesh.run(LIMIT);
        assertThat(begun).as("begun afterwards").hasSize(5);
        assertThat(asked).allSatisfy(survey -> assertThat(survey.responses()).hasSize(1));
        assertThat(lateBy).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void surveysThatWereHeldBackAreNotBegunAfterTheirDeadline(Place place) {
        delayInHole();
        Peer far = mesh.open("far");
        far.surveyor(POLL);
        respond(mesh.open("near"), place.handling);
        mesh.run(Duration.ofSeconds(1));
        holeEnd = now() + HOLE.toNanos();
        while (now() < holeEnd) {
            // In a frame of its own, which the other subscriber does not get.
            far.surveyor(OTHER).survey(deadline(), LIMIT);
            survey(far);
            mesh.run(BETWEEN);
        }
        mesh.run(Duration.ofSeconds(1));
        assertThat(lateBy).as("begun after their deadline").isEmpty();
        assertThat(begun).as("those that still had time").hasSize(2);
        assertGoesOn(far);
        mesh.closeAll();
    }

    @Test
    void eventsThatWereHeldBackAreNotBegunAfterTheirDeadline() {
        delayInHole();
        Peer far = mesh.open("far");
        var publisher = far.publisher(NEWS);
        Peer near = mesh.open("near");
        near.subscribe(NEWS, SubscribeOptions.all(), event -> begin(event.payload()));
        mesh.run(Duration.ofSeconds(1));
        Runnable publish = () -> {
            var deadline = Deadline.after(LIMIT, mesh.environment.time());
            publisher.publish(Message.event("", String.valueOf(deadline.atNanos()))
                    .withHeaders(Headers.builder().deadline(deadline).build()));
        };
        publish.run();
        mesh.run(Duration.ofSeconds(1));
        assertThat(begun).hasSize(1);
        holeEnd = now() + HOLE.toNanos();
        int published = 0;
        while (now() < holeEnd) {
            // Two of each in a frame: the second one says nothing of its own.
            publish.run();
            publish.run();
            published += 2;
            mesh.run(Duration.ofMillis(800));
        }
        mesh.run(Duration.ofSeconds(1));
        assertThat(lateBy).as("begun after their deadline").isEmpty();
        assertThat(begun).as("those that still had time").hasSizeGreaterThan(1);
        assertThat(mesh.deadLetters).as("the others").hasSize(published + 1 - begun.size());
        mesh.closeAll();
    }

    @Test
    void responderThatStoodStillBeginsNothingWhoseDeadlineHasPassed() {
        Peer far = mesh.open("far");
        far.surveyor(POLL);
        var machine = new Machine(mesh.environment);
        respond(mesh.open(mesh.builder("near").environment(machine).limits(SELDOM_BEATS)), HandlerOptions.pooled());
        mesh.run(Duration.ofSeconds(1));
        machine.stop();
        surveyFor(HOLE, far);
        machine.goOn();
        mesh.run(Duration.ofSeconds(1));
        assertThat(lateBy).as("begun after their deadline").isEmpty();
        assertThat(begun).as("those that still had time").hasSize(2);
        assertGoesOn(far);
        mesh.closeAll();
    }

    @Test
    void surveyIsNotBegunAfterItsDeadlineThoughItsSurveyorStoodStill() {
        var machine = new Machine(mesh.environment);
        Peer far = mesh.open(mesh.builder("far").environment(machine));
        far.surveyor(POLL);
        respond(mesh.open("near"), HandlerOptions.pooled());
        mesh.run(Duration.ofSeconds(1));
        machine.stop();
        survey(far);
        mesh.run(HOLE);
        machine.goOn();
        mesh.run(Duration.ofSeconds(1));
        assertThat(begun).isEmpty();
        assertGoesOn(far);
        mesh.closeAll();
    }

    @Test
    void surveysAreBegunAgainAfterTheSurveyorsMachineSlept() {
        var machine = new Machine(mesh.environment);
        Peer far = mesh.open(mesh.builder("far").environment(machine));
        far.surveyor(POLL);
        respond(mesh.open("near"), HandlerOptions.pooled());
        mesh.run(Duration.ofSeconds(1));
        machine.sleep();
        mesh.run(HOLE);
        machine.goOn();
        surveyFor(Duration.ofSeconds(2), far);
        assertGoesOn(far);
        mesh.closeAll();
    }

    @Test
    void surveysAreBegunOnAFeedThatWasOpenedAfresh() {
        var machine = new Machine(mesh.environment);
        Peer far = mesh.open(mesh.builder("far").environment(machine));
        far.surveyor(POLL);
        respond(mesh.open("near"), HandlerOptions.pooled());
        mesh.run(Duration.ofSeconds(1));
        machine.sleep();
        mesh.run(Duration.ofSeconds(30));
        machine.goOn();
        // Not so long that it would have asked again by now.
        mesh.run(Duration.ofSeconds(3));
        assertGoesOn(far);
        begun.clear();
        machine.stop();
        survey(far);
        mesh.run(HOLE);
        machine.goOn();
        mesh.run(Duration.ofSeconds(1));
        assertThat(begun).isEmpty();
        mesh.closeAll();
    }

    @Test
    void surveysOfAnotherIncarnationAreHeldAgainstItsOwnClock() {
        Peer first = mesh.open("far");
        first.surveyor(POLL);
        respond(mesh.open("near"), HandlerOptions.pooled());
        mesh.run(Duration.ofMinutes(10));
        assertGoesOn(first);
        var closed = first.closeAsync(Duration.ofSeconds(1));
        mesh.until(closed::isDone);
        Peer second = mesh.open("far");
        second.surveyor(POLL);
        mesh.run(Duration.ofSeconds(5));
        assertGoesOn(second);
        mesh.closeAll();
    }

    @Test
    void surveysOnAFeedThatIsAlwaysBehindAreNotTakenForYoung() {
        Peer far = mesh.open("far");
        far.surveyor(POLL);
        respond(mesh.open("near"), HandlerOptions.pooled());
        mesh.run(Duration.ofSeconds(1));
        mesh.network.delayBy(random -> Duration.ofSeconds(2));
        surveyFor(Duration.ofMinutes(2), far);
        assertThat(begun).isEmpty();
        mesh.network.delayBy(random -> Duration.ZERO);
        mesh.run(Duration.ofSeconds(5));
        assertGoesOn(far);
        mesh.closeAll();
    }

    @Test
    void routerTakesOffWhatTheFirstHopTook() {
        delayInHole();
        Peer far = behindARouter(near -> near);
        holeEnd = now() + HOLE.toNanos();
        surveyFor(HOLE, far);
        mesh.run(Duration.ofSeconds(1));
        assertThat(lateBy).as("begun after their deadline").isEmpty();
        assertThat(begun).as("those that still had time").hasSize(2);
        assertGoesOn(far);
        mesh.closeAll();
    }

    @Test
    void whatComesByARouterIsHeldAgainstTheRoutersClock() {
        var machine = new Machine(mesh.environment);
        Peer far = behindARouter(near -> near.environment(machine).limits(SELDOM_BEATS));
        machine.stop();
        surveyFor(HOLE, far);
        machine.goOn();
        mesh.run(Duration.ofSeconds(1));
        assertThat(lateBy).as("begun after their deadline").isEmpty();
        assertThat(begun).as("those that still had time").hasSize(2);
        assertGoesOn(far);
        mesh.closeAll();
    }

    /** Opens a surveyor, a router that has been there for long, and a responder behind that. */
    private Peer behindARouter(UnaryOperator<PeerBuilder> changed) {
        Peer router = mesh.open(mesh.builder("router").forwarding(RouterOptions.defaults()));
        mesh.run(Duration.ofMinutes(1));
        Peer far = mesh.open("far");
        far.surveyor(POLL);
        var discovery =
                FixedDiscovery.builder().everyService(router.self().address()).build();
        respond(mesh.open(changed.apply(mesh.builder("near").discovery(discovery))), HandlerOptions.pooled());
        mesh.run(Duration.ofSeconds(2));
        // The router follows the surveyor from now on, and knows its clock.
        assertGoesOn(far);
        begun.clear();
        return far;
    }

    @Test
    void surveysOfAPublisherThatSaysNothingCountFromWhenTheyAreRead() {
        assertAllBegun(null, 0);
    }

    @Test
    void surveysOfAPublisherThatDoesNotTellItsClockCountFromWhenTheyAreRead() {
        assertAllBegun(null, 1);
    }

    @Test
    void surveysOfAPublisherThatKnowsNoClockCountFromWhenTheyAreRead() {
        assertAllBegun(0L, 1);
    }

    /** @param clock the answer to the question for the clock; null for none */
    private void assertAllBegun(@Nullable Long clock, long sentAt) {
        var hand = new WirePeer(mesh, "far").announce("far/poll", InteractionStyle.SURVEY);
        respond(mesh.open("near"), HandlerOptions.pooled());
        mesh.settle();
        Control.PeerId speaker = hand.welcome().speaker();
        publish(hand, last(hand, Topics::confirmedChannel), new Control.Subscribed(speaker, "far/poll", 0));
        byte[] question = last(hand, AgedSurveysTest::clockAsked);
        if (clock != null) {
            publish(
                    hand,
                    question,
                    new Control.Numbers(speaker, "far/parley.clock", true, false, false, clock, clock, List.of()));
        }
        for (int i = 1; i <= 4; i++) {
            var head = SharedFields.of(EnvelopeKind.SURVEY).on("far/poll").of(null, "text/plain;charset=utf-8");
            WireMessage survey = hand.message(head).payload(deadline().getBytes(StandardCharsets.UTF_8));
            survey.number(i, i - 1);
            survey.remaining(LIMIT.toMillis());
            survey.sentAt(sentAt);
            byte[] topic = Topics.publication("far/poll", "");
            publish(hand, topic, out -> out.append(survey));
            mesh.run(Duration.ofSeconds(2));
        }
        assertThat(begun).hasSize(4);
        mesh.closeAll();
    }

    private static @Nullable String clockAsked(byte[] subscription) {
        Topics.Ask ask = Topics.asked(subscription);
        return ask != null && Topics.isClock(ask.channel()) ? ask.channel() : null;
    }

    private static byte[] last(WirePeer hand, Function<byte[], @Nullable String> which) {
        List<byte[]> all = hand.subscribed.stream()
                .filter(each -> which.apply(each) != null)
                .toList();
        assertThat(all).isNotEmpty();
        return all.get(all.size() - 1);
    }

    private void publish(WirePeer hand, byte[] topic, Control control) {
        publish(hand, topic, out -> out.append(control));
    }

    private void publish(WirePeer hand, byte[] topic, Consumer<FrameWriter> content) {
        var out = new FrameWriter();
        out.beginPublication(topic);
        content.accept(out);
        byte[] publication = out.take();
        hand.port.execute(() -> hand.port.publish(publication));
        mesh.settle();
    }
}
