package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.failure.MessagingException;
import io.parley.failure.Outcome;
import io.parley.loadbalance.LoadBalancer;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.observe.FlowStep;
import io.parley.observe.PeerFlow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which instance gets a message, over any transport, in real time. */
public interface PeerChoiceContract extends PeerSetup {

    /** Answers with the name of who answered. */
    RequestChannel<String, String> WHO =
            PointToPointChannel.of("chosen/who", String.class).withReply(String.class);

    private static Peer answering(Mesh mesh, String name) {
        return answering(mesh, name, Map.of());
    }

    private static Peer answering(Mesh mesh, String name, Map<String, String> metadata) {
        Peer peer = mesh.add(
                mesh.builder("chosen").instance(name).metadata(metadata).open());
        peer.reply(WHO, request -> name);
        return peer;
    }

    private static void awaitLinks(Peer peer, int count) {
        Await.until(count + " links", () -> {
            boolean reachable;
            try {
                reachable = count == 0 || peer.awaitReachable(WHO, Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return reachable && peer.counters().linksUp() == count;
        });
    }

    private static String ask(Peer peer, String key) {
        return peer.requestor(WHO)
                .request(Message.command("who", "?")
                        .withHeaders(Headers.builder().key(key).build()))
                .payload();
    }

    @Test
    default void shouldGiveASlowInstanceNoMoreThanItAnswers() throws Exception {
        try (Mesh mesh = mesh()) {
            var asked = new AtomicInteger();
            var held = new CompletableFuture<String>();
            answering(mesh, "quick");
            Peer slow = mesh.add(mesh.builder("chosen").instance("slow").open());
            slow.replyAsync(WHO, request -> {
                asked.incrementAndGet();
                return held;
            });
            Peer near = mesh.open("near");
            awaitLinks(near, 2);
            var requestor = near.requestor(WHO);
            var answers = new ArrayList<CompletableFuture<String>>();
            for (int i = 0; i < 200; i++) {
                int before = asked.get();
                CompletableFuture<String> answer = requestor.requestAsync("?");
                answers.add(answer);
                Await.until("answered, or held", () -> answer.isDone() || asked.get() > before);
            }
            assertThat(asked).as("requests that the slow one got").hasValue(1);
            held.complete("slow");
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
            assertThat(answers)
                    .filteredOn(answer -> answer.join().equals("slow"))
                    .hasSize(1);
        }
    }

    @Test
    default void shouldSendWhatHasTheSameKeyToTheSameInstanceFromEveryPeer() {
        try (Mesh mesh = mesh()) {
            List.of("one", "two", "three").forEach(name -> answering(mesh, name));
            Peer near = mesh.add(mesh.builder("near")
                    .balancer("chosen", LoadBalancer.consistentByKey())
                    .open());
            Peer far = mesh.add(
                    mesh.builder("far").balancer(LoadBalancer.consistentByKey()).open());
            awaitLinks(near, 3);
            awaitLinks(far, 3);
            Set<String> chosen = new HashSet<>();
            for (int i = 0; i < 50; i++) {
                String answerer = ask(near, "key-" + i);
                assertThat(ask(far, "key-" + i)).isEqualTo(answerer);
                assertThat(ask(near, "key-" + i)).isEqualTo(answerer);
                chosen.add(answerer);
            }
            assertThat(chosen).containsExactlyInAnyOrder("one", "two", "three");
        }
    }

    @Test
    default void shouldStayInItsZoneUntilNobodyIsThere() {
        try (Mesh mesh = mesh()) {
            Peer home = answering(mesh, "home", Map.of("zone", "north"));
            answering(mesh, "abroad", Map.of("zone", "south"));
            Peer near = mesh.add(mesh.builder("near")
                    .metadata(Map.of("zone", "north"))
                    .balancer(LoadBalancer.zoneFirst(LoadBalancer.roundRobin()))
                    .open());
            awaitLinks(near, 2);
            for (int i = 0; i < 20; i++) {
                assertThat(ask(near, "key")).isEqualTo("home");
            }
            home.close();
            awaitLinks(near, 1);
            assertThat(ask(near, "key")).isEqualTo("abroad");
        }
    }

    @Test
    default void shouldLiveOnWithABalancerThatFails() {
        try (Mesh mesh = mesh()) {
            answering(mesh, "one");
            answering(mesh, "two");
            List<String> errors = new CopyOnWriteArrayList<>();
            Peer near = mesh.add(mesh.builder("near")
                    .onError((what, cause) -> errors.add(what))
                    .balancer(candidates -> (channel, key) -> candidates.size() + 5)
                    .open());
            Peer far = mesh.add(mesh.builder("far")
                    .onError((what, cause) -> errors.add(what))
                    .balancer(candidates -> {
                        throw new IllegalStateException("no picker today");
                    })
                    .open());
            awaitLinks(near, 2);
            awaitLinks(far, 2);
            for (int i = 0; i < 10; i++) {
                assertThat(ask(near, "key")).isIn("one", "two");
                assertThat(ask(far, "key")).isIn("one", "two");
            }
            assertThat(errors)
                    .anySatisfy(error -> assertThat(error).contains("not there: 7"))
                    .anySatisfy(error -> assertThat(error).contains("balancer failed"));
        }
    }

    @Test
    default void shouldAvoidAnInstanceThatTimesOutAgainAndAgainUntilItAnswers() {
        try (Mesh mesh = mesh()) {
            answering(mesh, "quick");
            Peer hung = mesh.add(mesh.builder("chosen").instance("hung").open());
            var isWell = new AtomicBoolean();
            hung.replyAsync(
                    WHO,
                    request -> isWell.get() ? CompletableFuture.completedFuture("hung") : new CompletableFuture<>());
            List<String> errors = new CopyOnWriteArrayList<>();
            List<String> moves = new CopyOnWriteArrayList<>();
            Peer near = mesh.add(mesh.builder("near")
                    .balancer(LoadBalancer.roundRobin())
                    .flowTap(flow -> {
                        if (flow instanceof PeerFlow peer && peer.step() == FlowStep.CIRCUIT_MOVED) {
                            moves.add(peer.other() + ' ' + peer.detail());
                        }
                    })
                    .onError((what, cause) -> errors.add(what))
                    .open());
            awaitLinks(near, 2);
            var requestor = near.requestor(WHO);
            Await.until(() -> "30 answered in a row", Duration.ofSeconds(50), () -> {
                List<CompletableFuture<String>> answers = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    answers.add(requestor.requestAsync("?", Duration.ofSeconds(1)));
                }
                return answers.stream().allMatch(answer -> "quick"
                        .equals(answer.exceptionally(failure -> "").join()));
            });
            assertThat(near.counters().ejections()).isPositive();
            assertThat(errors).anySatisfy(error -> assertThat(error).startsWith("chosen/hung is avoided"));
            assertThat(moves.get(0))
                    .startsWith("chosen/hung opened: ")
                    .endsWith(" requests in a row timed out, for 1 s");
            isWell.set(true);
            Await.until(() -> "the circuit to close: " + moves, Duration.ofSeconds(50), () -> {
                ask(near, "k");
                return moves.contains("chosen/hung closed: it answered");
            });
            assertThat(moves)
                    .anySatisfy(move -> assertThat(move).startsWith("chosen/hung half-open: tried again after "));
            assertThat(List.of(ask(near, "k"), ask(near, "k"))).containsExactlyInAnyOrder("quick", "hung");
        }
    }

    @Test
    default void shouldGoOnWithInstancesThatOnlyTheRegistryHasLost() {
        var registry = new FickleDiscovery();
        try (Mesh mesh = mesh()) {
            Peer one = answering(mesh, "one");
            answering(mesh, "two");
            Peer near = mesh.add(mesh.builder("near")
                    .discovery(registry.over(mesh.discovery()))
                    .balancer(LoadBalancer.roundRobin())
                    .open());
            awaitLinks(near, 2);
            registry.lose("one");
            Await.until("one is not listed", () -> near.instances("chosen").size() == 1);
            assertThat(List.of(ask(near, "k"), ask(near, "k"))).containsExactlyInAnyOrder("one", "two");
            registry.lose("two");
            Await.until("nobody is listed", () -> near.instances("chosen").isEmpty());
            assertThat(List.of(ask(near, "k"), ask(near, "k"))).containsExactlyInAnyOrder("one", "two");
            one.close();
            awaitLinks(near, 1);
            assertThat(List.of(ask(near, "k"), ask(near, "k"))).containsOnly("two");
            registry.find("two");
            Await.until("two is listed", () -> near.instances("chosen").size() == 1);
            assertThat(ask(near, "k")).isEqualTo("two");
            assertThat(near.counters().linksUp()).isEqualTo(1);
        }
    }

    @Test
    default void shouldBelieveTheRegistryWhenTheGraceIsOver() {
        var registry = new FickleDiscovery();
        try (Mesh mesh = mesh()) {
            answering(mesh, "one");
            answering(mesh, "two");
            Peer near = mesh.add(mesh.builder("near")
                    .discovery(registry.over(mesh.discovery()))
                    .limits(Limits.defaults().withGrace(Duration.ofMillis(100)))
                    .open());
            awaitLinks(near, 2);
            registry.lose("one");
            awaitLinks(near, 1);
            for (int i = 0; i < 10; i++) {
                assertThat(ask(near, "key")).isEqualTo("two");
            }
        }
    }

    @Test
    default void shouldChooseAnInstanceNoMoreThatHasClosedThoughTheRegistryListsIt() {
        var registry = new FickleDiscovery();
        try (Mesh mesh = mesh()) {
            Peer one = answering(mesh, "one");
            Peer near = mesh.add(mesh.builder("near")
                    .discovery(registry.over(mesh.discovery()))
                    .limits(Limits.defaults().withInstanceTimeout(Duration.ofMillis(100)))
                    .open());
            awaitLinks(near, 1);
            registry.stop();
            one.close();
            awaitLinks(near, 0);
            assertThat(near.instances("chosen")).hasSize(1);
            assertThatThrownBy(() -> ask(near, "key"))
                    .isInstanceOfSatisfying(MessagingException.class, failure -> assertThat(failure.outcome())
                            .isEqualTo(Outcome.NOT_SENT));
        }
    }
}
