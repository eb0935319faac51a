package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.message.Message;
import io.parley.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Messages that leave in one frame and repeat each other: each still says all it would say alone. In one thread and virtual time. */
class ManyAtOnceTest {

    private static final int MANY = 50;
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final RequestChannel<Integer, Integer> ASK =
            PointToPointChannel.of("orders/ask", Integer.class).withReply(Integer.class);

    private final Simulation mesh = new Simulation(7);

    @Test
    void shouldTellTheHandlerOfEachItsNumberItsIdAndItsDeadline() {
        List<Message<Integer>> handled = new ArrayList<>();
        mesh.open("orders").reply(ASK, message -> {
            handled.add(message);
            return message.payload();
        });
        Peer customer = mesh.open(mesh.builder("customer").defaultTimeout(LIMIT));
        var requestor = customer.requestor(ASK);
        mesh.settle();
        CompletableFuture<Integer> first = requestor.requestAsync(0);
        mesh.settle();
        assertThat(first).isCompletedWithValue(0);
        handled.clear();

        long latest = mesh.environment.time().nanoTime() + LIMIT.toNanos();
        List<CompletableFuture<Integer>> answers =
                IntStream.range(0, MANY).mapToObj(requestor::requestAsync).toList();
        mesh.settle();

        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
        assertThat(answers.stream().map(CompletableFuture::join))
                .containsExactlyElementsOf(IntStream.range(0, MANY).boxed().toList());
        assertThat(handled.stream().map(Message::payload))
                .containsExactlyElementsOf(IntStream.range(0, MANY).boxed().toList());
        assertThat(handled.stream().map(message -> message.headers().id())).doesNotHaveDuplicates();
        assertThat(handled).allSatisfy(message -> assertThat(message.headers().deadline())
                .map(Deadline::atNanos)
                .hasValueSatisfying(at -> assertThat(at - latest)
                        .isBetween(
                                -Duration.ofMillis(200).toNanos(),
                                Duration.ofMillis(200).toNanos())));
    }
}
