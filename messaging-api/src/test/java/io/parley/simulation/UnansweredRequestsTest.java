package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.observe.ReservedChannels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests whose reply stage nobody completes are told of, and give their credit back once somebody does. In virtual time. */
class UnansweredRequestsTest {

    private static final int WINDOW = 4;
    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("far/ask", String.class).withReply(String.class);
    private static final SurveyChannel<String, String> SURVEY =
            PublishSubscribeChannel.of("near/survey", String.class).withResponses(String.class);

    private final Simulation mesh = new Simulation(34);
    private final List<CompletableFuture<String>> stages = new ArrayList<>();

    private CompletableFuture<String> neverAnswered() {
        var stage = new CompletableFuture<String>();
        stages.add(stage);
        return stage;
    }

    private long told() {
        return mesh.errors.stream()
                .filter(error -> error.contains("are in hand 10 s after their deadline"))
                .count();
    }

    private String stateOf(String service, Peer asking) {
        CompletableFuture<byte[]> state =
                asking.requestor(ReservedChannels.state(service)).requestAsync(new byte[0], Duration.ofSeconds(5));
        mesh.until(state::isDone);
        return new String(state.join(), StandardCharsets.UTF_8);
    }

    @Test
    void requestsLongPastTheirDeadlineAreToldOfOnceAMinuteUntilTheyAreAnswered() {
        Peer near = mesh.open("near");
        Peer far = mesh.open(mesh.builder("far")
                .limits(Limits.defaults().withMaxMessageBytes(64 * 1024).withWindow(WINDOW, 1 << 20)));
        far.replyAsync(ASK, question -> neverAnswered());
        Peer watcher = mesh.open("watcher"); // whose credit is its own
        mesh.settle();
        for (int i = 0; i < WINDOW; i++) {
            near.requestor(ASK).requestAsync("question", Duration.ofSeconds(1));
        }
        mesh.run(Duration.ofSeconds(5));
        assertThat(told()).isZero();
        mesh.run(Duration.ofSeconds(10));
        assertThat(told()).isEqualTo(1);
        assertThat(mesh.errors).anySatisfy(error -> assertThat(error).contains("far/ask"));
        assertThat(stateOf("far", watcher)).contains("\"overdue\":4");
        mesh.run(Duration.ofSeconds(40));
        assertThat(told()).isEqualTo(1);
        mesh.run(Duration.ofSeconds(30));
        assertThat(told()).isEqualTo(2);
        assertThat(near.requestor(ASK).requestAsync("no credit", Duration.ofSeconds(1)))
                .satisfies(asked -> {
                    mesh.run(Duration.ofSeconds(2));
                    assertThat(asked).isCompletedExceptionally();
                });
        assertThat(stages).hasSize(WINDOW);
        List.copyOf(stages).forEach(stage -> stage.complete("late"));
        mesh.run(Duration.ofSeconds(5));
        assertThat(stateOf("far", watcher)).contains("\"overdue\":0");
        CompletableFuture<String> answered = near.requestor(ASK).requestAsync("question", Duration.ofSeconds(5));
        mesh.run(Duration.ofSeconds(1));
        assertThat(stages).hasSize(WINDOW + 1);
        stages.get(WINDOW).complete("in time");
        mesh.until(answered::isDone);
        assertThat(answered).isCompletedWithValue("in time");
    }

    @Test
    void surveysLongPastTheirDeadlineAreToldOf() {
        Peer near = mesh.open("near");
        var surveyor = near.surveyor(SURVEY);
        Peer far = mesh.open("far");
        far.respondAsync(SURVEY, HandlerOptions.pooled(), question -> neverAnswered());
        mesh.run(Duration.ofSeconds(2));
        surveyor.survey("question", Duration.ofSeconds(1));
        mesh.run(Duration.ofSeconds(20));
        assertThat(stages).hasSize(1);
        assertThat(told()).isEqualTo(1);
    }
}
