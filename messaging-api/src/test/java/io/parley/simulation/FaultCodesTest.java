package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.Peer;
import io.parley.Survey;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A handler that fails as it makes a fault whose code is out of bounds: its caller gets a fault at once. In virtual time. */
class FaultCodesTest {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("shop/ask", String.class).withReply(String.class);
    private static final SurveyChannel<String, String> POLL =
            PublishSubscribeChannel.of("customer/poll", String.class).withResponses(String.class);

    private final Simulation mesh = new Simulation(12);
    private final Peer customer = mesh.open("customer");
    private final Peer shop = mesh.open("shop");

    private static String[] codesOutOfBounds() {
        return new String[] {"", "\0", "x".repeat(256), "\u20ac".repeat(86), "\ud834"};
    }

    private static String fail(String code) {
        throw new HandlerFault(code, "no stock");
    }

    @AfterEach
    void bothPeersCloseInOrder() {
        mesh.closeAll();
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("codesOutOfBounds")
    void requestIsAnsweredByAFault(String code) {
        shop.reply(ASK, question -> fail(code));
        CompletableFuture<String> answer = customer.requestor(ASK).requestAsync("tea", LIMIT);
        mesh.until(answer::isDone);
        assertThatThrownBy(answer::join)
                .hasCauseInstanceOf(FaultedException.class)
                .hasMessageContaining("1 to 255 bytes");
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("codesOutOfBounds")
    void surveyIsAnsweredByAFault(String code) {
        shop.respond(POLL, question -> fail(code));
        customer.surveyor(POLL);
        mesh.run(Duration.ofSeconds(2));
        Survey<String> survey = customer.surveyor(POLL).survey("tea", LIMIT, 1);
        mesh.run(Duration.ofSeconds(1));
        assertThat(survey.responses()).isEmpty();
        assertThat(survey.faults()).singleElement().satisfies(fault -> assertThat(fault)
                .isInstanceOf(FaultedException.class)
                .hasMessageContaining("1 to 255 bytes"));
        survey.end();
    }
}
