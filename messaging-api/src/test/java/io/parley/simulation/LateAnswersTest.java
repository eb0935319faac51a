package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What comes too late is told apart from what nobody asked for, however much of it there is and however late it comes. */
class LateAnswersTest {

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("far/ask", String.class).withReply(String.class);
    private static final SurveyChannel<String, String> QUOTES =
            PublishSubscribeChannel.of("near/quotes", String.class).withResponses(String.class);
    private static final int CALLS = 5_000;

    private final Simulation mesh = new Simulation(7);

    private long told(String detail) {
        return mesh.flows.stream()
                .filter(event -> event instanceof MessageFlow flow
                        && flow.step() == FlowStep.DROPPED
                        && flow.detail().startsWith(detail))
                .count();
    }

    @Test
    void answersToCallsThatTimedOutOrWereCancelledAreLate() {
        Peer far = mesh.open("far");
        Peer near = mesh.open("near");
        var due = new ArrayList<CompletableFuture<String>>();
        far.replyAsync(ASK, request -> {
            var answer = new CompletableFuture<String>();
            due.add(answer);
            return answer;
        });
        mesh.settle();
        var calls = new ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < CALLS; i++) {
            calls.add(near.requestor(ASK).requestAsync("?", Duration.ofSeconds(1)));
        }
        mesh.until(() -> due.size() == CALLS);
        calls.subList(0, CALLS / 2).forEach(call -> call.cancel(false));
        mesh.until(() -> calls.stream().allMatch(CompletableFuture::isDone));
        due.forEach(answer -> answer.complete("late"));
        mesh.run(Duration.ofSeconds(1));
        assertThat(near.counters().lateReplies()).isEqualTo(CALLS);
        assertThat(near.counters().unclaimedReplies()).isZero();
        assertThat(near.counters().duplicateReplies()).isZero();
        assertThat(told("late reply")).isEqualTo(CALLS);
        mesh.closeAll();
    }

    @Test
    void responseThatComesAfterItsSurveyIsForgottenIsLate() {
        Peer near = mesh.open("near");
        Peer far = mesh.open("far");
        var due = new ArrayList<CompletableFuture<String>>();
        far.respondAsync(QUOTES, io.parley.HandlerOptions.pooled(), request -> {
            var answer = new CompletableFuture<String>();
            due.add(answer);
            return answer;
        });
        mesh.run(Duration.ofSeconds(2));
        near.surveyor(QUOTES).survey("?", Duration.ofSeconds(1));
        mesh.until(() -> due.size() == 1);
        mesh.run(Duration.ofSeconds(10));
        due.get(0).complete("very late");
        mesh.run(Duration.ofSeconds(1));
        assertThat(near.counters().lateResponses()).isEqualTo(1);
        assertThat(near.counters().unclaimedReplies()).isZero();
        assertThat(told("late response")).isEqualTo(1);
        mesh.closeAll();
    }

    @Test
    void answerThatWasAskedOfAnotherOrOfNobodyIsUnclaimed() {
        var foreigner = new WirePeer(mesh, "far").announce("far/ask", InteractionStyle.REQUEST);
        Peer near = mesh.open("near");
        foreigner.answering((wire, envelope) -> {
            if (envelope instanceof WireMessage question && question.kind() == EnvelopeKind.REQUEST) {
                long next = question.id.sequence() + 1_000;
                wire.send(foreigner.reply(new MessageId(question.id.incarnation(), next), "not asked"));
                wire.send(foreigner.reply(new MessageId(1, 1), "not asked"));
                wire.send(foreigner.reply(question.id, "asked"));
                wire.send(foreigner.reply(question.id, "twice"));
            } else {
                foreigner.welcome(wire, envelope);
            }
        });
        mesh.settle();
        var answer = near.requestor(ASK).requestAsync("?");
        mesh.until(answer::isDone);
        mesh.run(Duration.ofSeconds(1));
        assertThat(answer.join()).isEqualTo("asked");
        assertThat(near.counters().unclaimedReplies()).isEqualTo(2);
        assertThat(near.counters().duplicateReplies()).isEqualTo(1);
        assertThat(near.counters().lateReplies()).isZero();
    }
}
