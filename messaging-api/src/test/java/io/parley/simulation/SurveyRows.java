package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.Survey;
import io.parley.Surveyor;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.SurveyChannel;
import io.parley.failure.FaultCode;
import io.parley.internal.wire.Control.Reject;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.simulation.WirePeer.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** The rows of {@link WireConformanceTest} for surveys: what responders do with them, and surveyors with responses. Stateless. */
final class SurveyRows {

    private static final String ENDED = "the survey has ended";
    private static final String OPEN = "the survey has not ended";
    private static final String FORGOTTEN = "twice the survey's limit has passed";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private SurveyRows() {}

    /** A peer that makes a survey, and is answered by hand. */
    static final class AtSurveyor {

        private static final SurveyChannel<String, Integer> NUMBERS =
                PublishSubscribeChannel.of("victim/numbers", String.class).withResponses(Integer.class);
        private static final SurveyChannel<String, String> POLL =
                PublishSubscribeChannel.of("victim/poll", String.class).withResponses(String.class);

        final Simulation mesh = new Simulation(26);
        final WirePeer hand = new WirePeer(mesh, "hand").as(1);
        final Peer victim = mesh.open(mesh.builder("victim")
                .limits(Limits.defaults().withMaxMessageBytes(1024).withMemory(1 << 20)));
        final Surveyor<String, String> surveyor = victim.surveyor(POLL);
        final Survey<String> survey = surveyor.survey("who?", LIMIT);
        final List<String> late = new ArrayList<>();

        AtSurveyor() {
            survey.onLate(message -> late.add(message.payload()));
            mesh.settle();
        }

        private Wire dial(WirePeer by) {
            Wire dialled = by.dial(victim.self().address()).sayHello();
            mesh.settle();
            dialled.said.clear();
            return dialled;
        }

        /** Says it on a link of its own, and is not answered. */
        void say(WireMessage... messages) {
            Wire wire = dial(hand);
            wire.send(messages);
            mesh.settle();
            assertThat(wire.said).isEmpty();
            assertThat(wire.down).isFalse();
            wire.send(new Reject(Reject.QUIET, "done"));
        }

        WireMessage response(String text) {
            return hand.response(survey.id(), text);
        }

        WireMessage fault() {
            return hand.fault(survey.id(), 2, "busy");
        }

        /** A response that a router has passed on, or says so. */
        WireMessage passedOn(long responder, String text) {
            WireMessage plain = response(text);
            var response = new WireMessage(
                    plain.head.from(new PeerName("far", "far-" + responder)), new MessageId(responder, 1));
            response.fillFrom(plain);
            return response;
        }

        List<String> responses() {
            return survey.responses().stream().map(Message::payload).toList();
        }

        void end() {
            survey.end();
            mesh.settle();
        }

        void countsLate(int count) {
            assertThat(victim.counters().lateResponses()).isEqualTo(count);
            assertThat(responses()).isEmpty();
        }
    }

    /** A peer that responds to the surveys of one made by hand. */
    static final class AtResponder {

        private static final SurveyChannel<String, String> POLL =
                PublishSubscribeChannel.of("far/poll", String.class).withResponses(String.class);

        final Simulation mesh = new Simulation(27);
        final WirePeer far = new WirePeer(mesh, "far")
                .announce(
                        Map.of(
                                ChannelName.parse("far/poll"), InteractionStyle.SURVEY,
                                ChannelName.parse("far/events"), InteractionStyle.PUBLISH),
                        1);
        final Peer near = mesh.open("near");
        final List<String> handled = new ArrayList<>();

        AtResponder() {
            near.respond(POLL, question -> {
                handled.add(question.payload());
                return "answer";
            });
            near.subscribe(
                    PublishSubscribeChannel.of("far/events", String.class), event -> handled.add(event.payload()));
            mesh.settle();
        }

        WireMessage survey(long number) {
            return survey("far/poll", number);
        }

        WireMessage survey(String channel, long number) {
            WireMessage survey = far.publication(EnvelopeKind.SURVEY, channel, "", number, number - 1);
            survey.remaining(60_000);
            return survey;
        }

        void publish(WireMessage message) {
            far.publish(
                    Topics.publication(String.valueOf(message.channel()), message.subject()),
                    WireConformanceTest.frame(message));
        }

        /** The one answer that has come on a link to the surveyor. */
        WireMessage answer(EnvelopeKind kind, MessageId to) {
            assertThat(far.messages()).hasSize(1);
            WireMessage answer = far.messages().get(0);
            assertThat(answer.kind()).isEqualTo(kind);
            assertThat(answer.inReplyTo).isEqualTo(to);
            return answer;
        }

        void drops(WireMessage... messages) {
            for (WireMessage message : messages) {
                publish(message);
            }
            assertThat(handled).isEmpty();
            assertThat(far.messages()).isEmpty();
            publish(survey(100));
            assertThat(far.messages()).hasSize(1);
        }
    }

    private interface Rows<T> {

        void row(String what, String state, Consumer<T> test);
    }

    static Map<String, Consumer<AtSurveyor>> surveyors() {
        Map<String, Consumer<AtSurveyor>> all = new LinkedHashMap<>();
        Rows<AtSurveyor> rows =
                (what, state, test) -> assertThat(all.put(WireConformanceTest.row(what, "surveyor", state), test))
                        .isNull();
        inTime(rows);
        late(rows);
        return all;
    }

    private static void inTime(Rows<AtSurveyor> rows) {
        rows.row("RESPONSE", OPEN, peer -> {
            peer.say(peer.response("one"));
            assertThat(peer.responses()).containsExactly("one");
            assertThat(peer.survey.whenEnded()).isNotDone();
        });
        rows.row("FAULT in place of a RESPONSE", OPEN, peer -> {
            peer.say(peer.fault());
            assertThat(peer.responses()).isEmpty();
            assertThat(peer.survey.faults()).hasSize(1);
        });
        rows.row("RESPONSE or FAULT by one who has answered", OPEN, peer -> {
            peer.say(peer.response("one"), peer.response("two"), peer.fault());
            peer.say(peer.response("three"));
            assertThat(peer.responses()).containsExactly("one");
            assertThat(peer.survey.faults()).isEmpty();
            assertThat(peer.victim.counters().duplicateReplies()).isEqualTo(3);
        });
        rows.row("RESPONSE by another incarnation of an instance that has answered", OPEN, peer -> {
            peer.say(peer.response("one"));
            var again = new WirePeer(peer.mesh, "hand").as(2);
            peer.dial(again).send(again.response(peer.survey.id(), "two"));
            peer.mesh.settle();
            assertThat(peer.responses()).containsExactly("one", "two");
        });
        rows.row("RESPONSE with `sender`", OPEN, peer -> {
            peer.say(peer.passedOn(1, "one"), peer.passedOn(2, "two"), peer.passedOn(1, "again"));
            assertThat(peer.responses()).containsExactly("one", "two");
            assertThat(peer.survey.responses())
                    .extracting(
                            message -> message.headers().sender().orElseThrow().instance())
                    .containsExactly("far-1", "far-2");
            assertThat(peer.victim.counters().duplicateReplies()).isEqualTo(1);
        });
        rows.row("RESPONSE that is not what the channel carries", OPEN, peer -> {
            Survey<Integer> other = peer.victim.surveyor(AtSurveyor.NUMBERS).survey("how many?", LIMIT);
            peer.say(peer.hand.response(other.id(), "many"));
            assertThat(other.responses()).isEmpty();
            assertThat(other.faults()).hasSize(1);
        });
        rows.row("RESPONSE, more than it has memory for", OPEN, peer -> {
            String large = "x".repeat(10_000);
            for (int i = 0; i < 100; i += 10) {
                peer.say(LongStream.range(i, i + 10)
                        .mapToObj(responder -> peer.passedOn(responder + 1, large))
                        .toArray(WireMessage[]::new));
            }
            int taken = peer.responses().size();
            assertThat(taken).isBetween(20, 60);
            assertThat(peer.mesh.errors).anyMatch(error -> error.contains("for responses to surveys are reserved"));
            peer.mesh.run(LIMIT.multipliedBy(2));
            Survey<String> next = peer.surveyor.survey("and now?", LIMIT);
            peer.say(peer.hand.response(next.id(), large));
            assertThat(next.responses()).hasSize(1);
        });
    }

    private static void late(Rows<AtSurveyor> rows) {
        rows.row("RESPONSE", ENDED, peer -> {
            peer.mesh.run(LIMIT);
            assertThat(peer.survey.whenEnded()).isDone();
            peer.say(peer.response("late"));
            peer.countsLate(1);
            assertThat(peer.late).containsExactly("late");
        });
        rows.row("RESPONSE", "as many have answered as were awaited", peer -> {
            Survey<String> one = peer.surveyor.survey("anybody?", LIMIT, 1);
            peer.say(peer.hand.response(one.id(), "first"));
            assertThat(one.whenEnded()).isDone();
            peer.dial(peer.hand.as(2)).send(peer.hand.response(one.id(), "second"));
            peer.mesh.settle();
            assertThat(one.responses()).extracting(Message::payload).containsExactly("first");
            assertThat(peer.victim.counters().lateResponses()).isEqualTo(1);
        });
        rows.row("FAULT in place of a RESPONSE", ENDED, peer -> {
            peer.end();
            peer.say(peer.fault());
            peer.countsLate(1);
            assertThat(peer.survey.faults()).hasSize(1);
        });
        rows.row("RESPONSE or FAULT", FORGOTTEN, peer -> {
            peer.mesh.run(LIMIT.multipliedBy(2));
            peer.say(peer.response("late"), peer.fault());
            peer.countsLate(2);
            assertThat(peer.late).isEmpty();
        });
        rows.row("RESPONSE to something else that it has sent", "after WELCOME", peer -> {
            peer.victim
                    .requestor(PointToPointChannel.of("hand/ask", String.class).withReply(String.class))
                    .requestAsync("?");
            peer.mesh.settle();
            long request = peer.survey.id().sequence() + 1;
            peer.say(peer.hand.response(new MessageId(peer.victim.self().incarnation(), request), "x"));
            peer.countsLate(1);
        });
        rows.row("RESPONSE or FAULT to a SURVEY of another, or to what was never sent", "after WELCOME", peer -> {
            var unsent = new MessageId(peer.victim.self().incarnation(), 4711);
            peer.say(
                    peer.hand.response(new MessageId(4711, peer.survey.id().sequence()), "x"),
                    peer.hand.response(unsent, "x"),
                    peer.hand.fault(unsent, 2, "x"));
            peer.countsLate(0);
            assertThat(peer.survey.faults()).isEmpty();
            assertThat(peer.victim.counters().unclaimedReplies()).isEqualTo(3);
        });
    }

    static Map<String, Consumer<AtResponder>> responders() {
        Map<String, Consumer<AtResponder>> all = new LinkedHashMap<>();
        Rows<AtResponder> rows =
                (what, state, test) -> assertThat(all.put(WireConformanceTest.row(what, "responder", state), test))
                        .isNull();
        rows.row("SURVEY", "subscribed", peer -> {
            WireMessage survey = peer.survey(1);
            peer.publish(survey);
            assertThat(WirePeer.text(peer.answer(EnvelopeKind.RESPONSE, survey.id)))
                    .isEqualTo("answer");
        });
        rows.row("SURVEY with a number that one before had", "subscribed", peer -> {
            WireMessage survey = peer.survey(1);
            peer.publish(survey);
            peer.publish(survey);
            peer.answer(EnvelopeKind.RESPONSE, survey.id);
            assertThat(peer.handled).hasSize(1);
        });
        rows.row("SURVEY with the id of one before, and a number of its own", "subscribed", peer -> {
            WireMessage first = peer.survey(1);
            var second = new WireMessage(first.head, first.id);
            second.fillFrom(first);
            second.number(2, 1);
            peer.publish(first);
            peer.publish(second);
            assertThat(peer.handled).hasSize(2);
            assertThat(peer.far.messages()).hasSize(2).allMatch(answer -> first.id.equals(answer.inReplyTo));
        });
        rows.row("SURVEY whose `remaining` is 0", "subscribed", peer -> {
            WireMessage survey = peer.survey(1);
            survey.remaining(0);
            peer.publish(survey);
            assertThat(peer.answer(EnvelopeKind.FAULT, survey.id).fault()).isEqualTo(FaultCode.TOO_LATE.wireValue());
            assertThat(peer.handled).isEmpty();
        });
        rows.row("SURVEY that is not what the channel carries", "subscribed", peer -> {
            WireMessage survey = peer.survey(1);
            WireMessage other = survey.withHead(survey.head.of(null, "image/png"));
            peer.publish(other);
            assertThat(peer.answer(EnvelopeKind.FAULT, survey.id).fault())
                    .isEqualTo(FaultCode.INVALID_PAYLOAD.wireValue());
        });
        rows.row("SURVEY of another incarnation, without `parley-via`", "subscribed", peer -> {
            WireMessage own = peer.survey(1);
            var foreign = new WireMessage(own.head, new MessageId(4711, 1));
            foreign.fillFrom(own);
            peer.drops(foreign);
        });
        rows.row(
                "SURVEY on a channel to whose events it subscribes, or EVENT on one that it responds on",
                "subscribed",
                peer -> peer.drops(
                        peer.survey("far/events", 1), peer.far.publication(EnvelopeKind.EVENT, "far/poll", "", 1, 0)));
        rows.row("SURVEY", "no link to the surveyor is open", peer -> {
            WireMessage survey = peer.survey(1);
            var dialled = new ArrayList<Wire>();
            peer.far.answering((wire, envelope) -> dialled.add(wire));
            peer.far.accepted.get(0).send(new Reject(Reject.QUIET, "enough"));
            peer.mesh.until(() -> !dialled.isEmpty());
            peer.publish(survey);
            assertThat(peer.handled).hasSize(1);
            assertThat(peer.far.messages()).isEmpty();
            dialled.get(0).send(peer.far.welcome());
            peer.mesh.settle();
            peer.answer(EnvelopeKind.RESPONSE, survey.id);
        });
        return all;
    }
}
