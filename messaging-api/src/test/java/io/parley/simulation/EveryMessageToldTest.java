package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.DeadLetter;
import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.failure.MessagingException;
import io.parley.failure.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Instances close, are killed, lose their links and are busy, as a seed has it. Whatever happens: each one-way message that was accepted is
 * handled once, or its sender has a dead letter of it that is true; each request has one outcome, which is true; nothing is handled twice.
 */
class EveryMessageToldTest {

    private static final PointToPointChannel<String> SHIP = PointToPointChannel.of("orders/ship", String.class);
    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);
    private static final int ACTIONS = 300;
    private static final int INSTANCES = 3;

    private static final class Story {

        final Simulation mesh;
        final Random random;
        final boolean isRolling;
        final List<Peer> orders = new ArrayList<>();
        final List<Peer> callers = new ArrayList<>();
        final List<CompletableFuture<?>> pending = new ArrayList<>();
        final List<String> accepted = new ArrayList<>();
        final Map<String, Outcome> notAccepted = new HashMap<>();
        final Map<String, Integer> handled = new LinkedHashMap<>();
        final Map<String, String> outcomes = new HashMap<>();
        int asked;

        /** @param isRolling whether instances do nothing worse than closing in order, one at a time */
        Story(long seed, boolean isRolling) {
            mesh = new Simulation(seed);
            random = new Random(seed);
            this.isRolling = isRolling;
            int most = 1 + random.nextInt(20_000_000);
            mesh.network.delayBy(source -> Duration.ofNanos(source.nextInt(most)));
        }

        Story play() {
            for (int i = 0; i < INSTANCES; i++) {
                openOrders();
            }
            for (int i = 0; i < 2; i++) {
                callers.add(mesh.open("caller"));
            }
            callers.forEach(caller ->
                    caller.sender(SHIP).sendAsync("first of " + caller.self().name()));
            mesh.run(Duration.ofSeconds(1));
            for (int i = 0; i < ACTIONS; i++) {
                act(i);
                mesh.run(Duration.ofMillis(random.nextInt(10)));
            }
            mesh.until(() -> pending.stream().allMatch(CompletableFuture::isDone));
            mesh.run(Duration.ofSeconds(60));
            return this;
        }

        private void openOrders() {
            boolean isSmall = !isRolling && random.nextInt(2) == 0;
            var limits = isSmall ? Limits.defaults().withMaxQueued(2).withHandlerThreads(1) : Limits.defaults();
            Peer peer = mesh.open(mesh.builder("orders").limits(limits));
            peer.receive(SHIP, HandlerOptions.serial(), message -> handled.merge(message.payload(), 1, Integer::sum));
            peer.replyAsync(PLACE, HandlerOptions.serial(), request -> {
                handled.merge(request.payload(), 1, Integer::sum);
                var answer = new CompletableFuture<String>();
                mesh.environment
                        .time()
                        .schedule(Duration.ofMillis(5), () -> answer.complete("placed " + request.payload()));
                return answer;
            });
            orders.add(peer);
        }

        private void act(int i) {
            Peer caller = callers.get(random.nextInt(callers.size()));
            int what = random.nextInt(100);
            if (what < 45) {
                for (int burst = 1 + random.nextInt(6); burst > 0; burst--) {
                    send(caller, "ship " + i + '.' + burst);
                }
            } else if (what < 90) {
                for (int burst = 1 + random.nextInt(6); burst > 0; burst--) {
                    request(caller, "order " + i + '.' + burst);
                }
            } else if (what < 94) {
                restart(Duration.ofSeconds(30));
            } else if (!isRolling && what < 97) {
                kill();
            } else if (!isRolling) {
                mesh.sever(caller, orders.get(random.nextInt(orders.size())));
            }
        }

        private void restart(Duration limit) {
            Peer old = orders.remove(0);
            openOrders();
            mesh.run(Duration.ofMillis(500));
            var closed = old.closeAsync(limit);
            if (isRolling) {
                mesh.until(closed::isDone);
            }
        }

        /** It says nothing any more, its connections break, and what it had in hand is gone. */
        private void kill() {
            Peer victim = orders.remove(0);
            callers.forEach(caller -> mesh.sever(caller, victim));
            victim.closeAsync(Duration.ZERO);
            openOrders();
        }

        private void send(Peer caller, String payload) {
            pending.add(caller.sender(SHIP).sendAsync(payload).handle((id, failure) -> {
                if (failure == null) {
                    accepted.add(payload);
                } else {
                    notAccepted.put(payload, outcome(failure));
                }
                return id;
            }));
        }

        private void request(Peer caller, String payload) {
            asked++;
            pending.add(caller.requestor(PLACE)
                    .requestAsync(payload, Duration.ofSeconds(20))
                    .handle((answer, failure) -> {
                        String outcome = failure == null ? answer : outcome(failure) + ": " + failure;
                        assertThat(outcomes.put(payload, outcome)).isNull();
                        return answer;
                    }));
        }

        private static Outcome outcome(Throwable failure) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            assertThat(cause).isInstanceOf(MessagingException.class);
            return ((MessagingException) cause).outcome();
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void eachMessageIsHandledOnceOrItsSenderIsToldWhatIsTrue(long seed) {
        Story story = new Story(seed, false).play();
        assertThat(story.handled.values()).as("how often each was handled").containsOnly(1);
        assertThat(story.outcomes).hasSize(story.asked);
        story.outcomes.forEach((payload, outcome) -> {
            boolean isHandled = story.handled.containsKey(payload);
            if (outcome.startsWith("placed")) {
                assertThat(isHandled).as(payload).isTrue();
            } else if (outcome.startsWith("NOT_SENT") || outcome.startsWith("REFUSED")) {
                assertThat(isHandled).as(outcome).isFalse();
            }
        });
        story.notAccepted.forEach(
                (payload, outcome) -> assertThat(story.handled).as(payload).doesNotContainKey(payload));
        Set<String> told = new HashSet<>();
        for (DeadLetter letter : story.mesh.deadLetters) {
            String payload = new String(letter.payload(), java.nio.charset.StandardCharsets.UTF_8);
            if (letter.channel().equals(SHIP.name())) {
                assertThat(told.add(payload)).as("told once: " + payload).isTrue();
                assertThat(letter.outcome()).isIn(Outcome.NOT_SENT, Outcome.REFUSED, Outcome.UNKNOWN);
                if (letter.outcome() != Outcome.UNKNOWN) {
                    assertThat(story.handled).as(letter.cause().toString()).doesNotContainKey(payload);
                }
            }
        }
        assertThat(story.accepted)
                .allSatisfy(payload -> assertThat(story.handled.containsKey(payload) || told.contains(payload))
                        .as(payload)
                        .isTrue());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingFailsWhileInstancesAreRestartedOneByOne(long seed) {
        Story story = new Story(seed, true).play();
        assertThat(story.handled.values()).as("how often each was handled").containsOnly(1);
        assertThat(story.outcomes).hasSize(story.asked).allSatisfy((payload, outcome) -> assertThat(outcome)
                .isEqualTo("placed " + payload));
        assertThat(story.notAccepted).isEmpty();
        assertThat(story.handled).containsKeys(story.accepted.toArray(String[]::new));
        assertThat(story.mesh.deadLetters).isEmpty();
        assertThat(story.mesh.peers)
                .allSatisfy(peer -> assertThat(peer.counters().lostOneWays()).isZero());
    }
}
