package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.failure.Outcome;
import io.parley.failure.TooLargeException;
import io.parley.message.Message;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Messages of all sizes over any transport, and large ones beside small ones. In real time. */
public interface MessageSizeContract extends PeerSetup {

    /** How long these tests wait for what must come. */
    Duration UNTIL = Duration.ofSeconds(10);

    RequestChannel<byte[], byte[]> BYTES =
            PointToPointChannel.of("contract/bytes", byte[].class).withReply(byte[].class);
    PointToPointChannel<byte[]> LOAD = PointToPointChannel.of("contract/load", byte[].class);
    SurveyChannel<Integer, byte[]> LOADS =
            PublishSubscribeChannel.of("asker/loads", Integer.class).withResponses(byte[].class);

    /** Around the sizes at which messages begin to travel otherwise. */
    private static List<Integer> sizes() {
        return List.of(0, 1, 64 * 1024 - 1, 64 * 1024, 128 * 1024, 128 * 1024 + 1, 1024 * 1024);
    }

    private static byte[] octets(int size) {
        var octets = new byte[size];
        new Random(size).nextBytes(octets);
        return octets;
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(UNTIL.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("what comes next").isNotNull();
        return next;
    }

    @Test
    default void shouldCarryRequestsAndRepliesOfAnySize() {
        try (Mesh mesh = mesh()) {
            // What comes back tells whether all arrived: it is longer by one, and turned round.
            mesh.open("contract").reply(BYTES, request -> {
                byte[] asked = request.payload();
                var answer = new byte[asked.length + 1];
                for (int i = 0; i < asked.length; i++) {
                    answer[asked.length - i] = asked[i];
                }
                return answer;
            });
            var requestor = mesh.open("caller").requestor(BYTES);
            for (int size : sizes()) {
                byte[] asked = octets(size);
                byte[] answer = requestor.request(asked);
                assertThat(answer).hasSize(size + 1);
                for (int i = 0; i < size; i++) {
                    if (answer[size - i] != asked[i]) {
                        throw new AssertionError("octet " + i + " of " + size + " is another one");
                    }
                }
            }
        }
    }

    @Test
    default void shouldCarryOneWayMessagesOfAnySize() throws Exception {
        try (Mesh mesh = mesh()) {
            BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
            mesh.open("contract").receive(LOAD, HandlerOptions.serial(), message -> received.add(message.payload()));
            var sender = mesh.open("caller").sender(LOAD);
            for (int size : sizes()) {
                sender.send(octets(size));
                assertThat(next(received)).isEqualTo(octets(size));
            }
        }
    }

    @Test
    default void shouldCarryResponsesOfAnySize() throws Exception {
        try (Mesh mesh = mesh()) {
            var surveyor = mesh.open("asker").surveyor(LOADS);
            var responding = mesh.open("supplier").respond(LOADS, request -> octets(request.payload()));
            assertThat(responding.awaitConnected(UNTIL)).isTrue();
            for (int size : sizes()) {
                assertThat(surveyor.survey(size, UNTIL, 1).await())
                        .singleElement()
                        .satisfies(response -> assertThat(response.payload()).isEqualTo(octets(size)));
            }
        }
    }

    @Test
    default void shouldCarryTheLargestMessageThereMayBeBothWays() {
        int most = 64 * 1024 * 1024;
        Limits limits = Limits.defaults().withMaxMessageBytes(most);
        try (Mesh mesh = mesh()) {
            mesh.add(mesh.builder("contract").limits(limits).open()).reply(BYTES, Message::payload);
            var requestor =
                    mesh.add(mesh.builder("caller").limits(limits).open()).requestor(BYTES);
            byte[] asked = octets(most);
            assertThat(Arrays.equals(requestor.request(asked, UNTIL.multipliedBy(4)), asked))
                    .as("the same comes back")
                    .isTrue();
        }
    }

    @Test
    default void shouldRefuseWhatIsTooLargeForItsReceiverAndCarryTheNext() throws Exception {
        try (Mesh mesh = mesh()) {
            BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
            Peer small = mesh.add(mesh.builder("contract")
                    .limits(Limits.defaults().withMaxMessageBytes(256 * 1024))
                    .open());
            small.reply(BYTES, Message::payload);
            small.receive(LOAD, message -> received.add(message.payload()));
            Peer caller = mesh.open("caller");
            var requestor = caller.requestor(BYTES);
            var sender = caller.sender(LOAD);
            for (int i = 0; i < 3; i++) {
                byte[] tooLarge = octets(1024 * 1024);
                var failure = catchThrowableOfType(TooLargeException.class, () -> requestor.request(tooLarge));
                assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
                assertThatThrownBy(() -> sender.send(tooLarge)).isInstanceOf(TooLargeException.class);
                byte[] fits = octets(256 * 1024);
                assertThat(requestor.request(fits)).isEqualTo(fits);
                sender.send(fits);
                assertThat(next(received)).isEqualTo(fits);
            }
        }
    }

    @Test
    default void shouldKeepTheOrderOfOneChannelThoughLargeAndSmallMessagesAlternate() throws Exception {
        try (Mesh mesh = mesh()) {
            BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
            mesh.open("contract")
                    .receive(
                            LOAD,
                            HandlerOptions.serial(),
                            message -> received.add(
                                    ByteBuffer.wrap(message.payload()).getInt()));
            var sender = mesh.open("caller").sender(LOAD);
            int count = 150;
            for (int i = 0; i < count; i++) {
                int size = i % 3 == 1 ? 300_000 : i % 7 == 0 ? 70_000 : 4;
                sender.sendAsync(ByteBuffer.allocate(size).putInt(i).array());
            }
            for (int i = 0; i < count; i++) {
                assertThat(next(received)).isEqualTo(i);
            }
        }
    }

    @Test
    default void shouldNotStallWhereTheWindowIsJustLargeEnoughForOneLargestMessage() throws Exception {
        int most = 200 * 1024;
        try (Mesh mesh = mesh()) {
            Peer contract = mesh.add(mesh.builder("contract")
                    .limits(Limits.defaults().withMaxMessageBytes(most).withWindow(100, most))
                    .open());
            BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
            contract.receive(LOAD, HandlerOptions.serial(), message -> received.add(message.payload().length));
            contract.reply(BYTES, request -> new byte[request.payload().length]);
            Peer caller = mesh.open("caller");
            var sender = caller.sender(LOAD);
            var requestor = caller.requestor(BYTES);
            var answers = new ArrayList<CompletableFuture<byte[]>>();
            List<Integer> sizes = List.of(10, most, 10);
            for (int i = 0; i < 40; i++) {
                for (int size : sizes) {
                    sender.sendAsync(new byte[size]);
                    answers.add(requestor.requestAsync(new byte[size], UNTIL.multipliedBy(2)));
                }
            }
            for (int i = 0; i < 40; i++) {
                for (int size : sizes) {
                    assertThat(next(received)).isEqualTo(size);
                    assertThat(answers.remove(0).get(UNTIL.toSeconds(), TimeUnit.SECONDS))
                            .hasSize(size);
                }
            }
        }
    }
}
