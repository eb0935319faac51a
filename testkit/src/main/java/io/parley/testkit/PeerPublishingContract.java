package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.SubscribeOptions;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.SurveyChannel;
import io.parley.message.Event;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The contract of peers over any transport about events and surveys. In real time. */
public interface PeerPublishingContract extends PeerSetup {

    PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("contract/news", String.class);
    SurveyChannel<String, String> QUOTES =
            PublishSubscribeChannel.of("asker/quotes", String.class).withResponses(String.class);

    @Test
    default void shouldDeliverToASubscriberAllThatIsPublishedAfterItIsConnected() throws Exception {
        try (Mesh mesh = mesh()) {
            var publisher = mesh.open("contract").publisher(NEWS);
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            var subscription = mesh.open("listener").subscribe(NEWS, event -> heard.add(event.payload()));
            assertThat(subscription.awaitConnected(PATIENCE)).isTrue();
            assertThat(subscription.publishers()).isEqualTo(1);
            for (int i = 0; i < 500; i++) {
                publisher.publish("n" + i);
            }
            for (int i = 0; i < 500; i++) {
                assertThat(heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("n" + i);
            }
        }
    }

    @Test
    default void shouldDeliverOnlyTheSubjectsThatWereAskedFor() throws Exception {
        try (Mesh mesh = mesh()) {
            var publisher = mesh.open("contract").publisher(NEWS);
            BlockingQueue<Event<String>> heard = new LinkedBlockingQueue<>();
            var options = SubscribeOptions.all().withSubjectPrefix("order.created");
            var subscription =
                    mesh.open("listener").subscribe(NEWS, options, event -> heard.add((Event<String>) event));
            assertThat(subscription.awaitConnected(PATIENCE)).isTrue();
            publisher.publish(Message.event("order.refused", Aggregate.of("order", "1"), "no"));
            publisher.publish(Message.event("order.created", Aggregate.of("order", "2"), "yes"));
            publisher.publish("no name");
            publisher.publish(Message.event("order.created.late", "also"));
            Event<String> first = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            Event<String> second = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(first).isNotNull();
            assertThat(first.name()).isEqualTo("order.created");
            assertThat(first.aggregate()).isEqualTo(Aggregate.of("order", "2"));
            assertThat(first.payload()).isEqualTo("yes");
            assertThat(second).isNotNull();
            assertThat(second.payload()).isEqualTo("also");
            assertThat(heard).isEmpty();
        }
    }

    @Test
    default void shouldCollectTheResponsesOfAllWhoAnswerASurvey() throws Exception {
        try (Mesh mesh = mesh()) {
            Peer asker = mesh.open("asker");
            var surveyor = asker.surveyor(QUOTES);
            for (String name : List.of("a", "b", "c")) {
                var responding = mesh.open("supplier-" + name).respond(QUOTES, request -> name + request.payload());
                assertThat(responding.awaitConnected(PATIENCE)).isTrue();
            }
            var survey = surveyor.survey("?", PATIENCE, 3);
            assertThat(survey.await()).extracting(Message::payload).containsExactlyInAnyOrder("a?", "b?", "c?");
        }
    }

    @Test
    default void shouldEndASurveyAtItsLimitAndTellLateResponsesApart() throws Exception {
        try (Mesh mesh = mesh()) {
            Peer asker = mesh.open("asker");
            var surveyor = asker.surveyor(QUOTES);
            var release = new CompletableFuture<String>();
            assertThat(mesh.open("quick").respond(QUOTES, request -> "quick").awaitConnected(PATIENCE))
                    .isTrue();
            assertThat(mesh.open("slow")
                            .respondAsync(QUOTES, HandlerOptions.pooled(), request -> release)
                            .awaitConnected(PATIENCE))
                    .isTrue();
            BlockingQueue<String> late = new LinkedBlockingQueue<>();
            var survey = surveyor.survey("?", Duration.ofSeconds(2));
            survey.onLate(message -> late.add(message.payload()));
            Await.until("the quick one", () -> survey.responses().size() == 1);
            survey.end();
            assertThat(survey.await()).extracting(Message::payload).containsExactly("quick");
            release.complete("slow");
            assertThat(late.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("slow");
            assertThat(survey.responses()).hasSize(1);
            assertThat(asker.counters().lateResponses()).isEqualTo(1);
        }
    }
}
