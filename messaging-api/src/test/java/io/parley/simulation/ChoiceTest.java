package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.Subscription;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.Instance;
import io.parley.loadbalance.LoadBalancer;
import io.parley.observe.FlowStep;
import io.parley.observe.PeerFlow;
import io.parley.testkit.FickleDiscovery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Instances that fail, and registries that are wrong. In virtual time. */
class ChoiceTest {

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("far/ask", String.class).withReply(String.class);
    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("far/news", String.class);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Simulation mesh = new Simulation(11);
    private final FickleDiscovery registry = new FickleDiscovery();
    /** When each got its requests. */
    private final Map<String, List<Duration>> got = new HashMap<>();

    /** What each has still to say. */
    private final Map<String, List<CompletableFuture<String>>> answers = new HashMap<>();

    private Duration now() {
        return Duration.ofNanos(mesh.environment.time().nanoTime());
    }

    private PeerBuilder near() {
        return mesh.builder("near").discovery(registry.over(mesh.discovery)).balancer(LoadBalancer.roundRobin());
    }

    /** Links are made when the first message is sent. */
    private Peer linked(PeerBuilder builder) {
        Peer peer = mesh.open(builder);
        peer.requestor(ASK).requestAsync("?", SHORT);
        mesh.run(Duration.ofSeconds(1));
        forget();
        return peer;
    }

    private Peer far(String name, Duration answersAfter) {
        Peer peer = mesh.open(mesh.builder("far").instance(name));
        got.put(name, new ArrayList<>());
        peer.replyAsync(ASK, request -> {
            got.get(name).add(now());
            var answer = new CompletableFuture<String>();
            answers.computeIfAbsent(name, first -> new ArrayList<>()).add(answer);
            mesh.environment.time().schedule(answersAfter, () -> answer.complete(name));
            return answer;
        });
        return peer;
    }

    private Peer quick(String name) {
        return far(name, Duration.ZERO);
    }

    private Peer hung(String name) {
        return far(name, Duration.ofDays(1));
    }

    /** One request every 10 ms. */
    private void askFor(Peer near, Duration duration) {
        var requestor = near.requestor(ASK);
        Duration end = now().plus(duration);
        while (now().compareTo(end) < 0) {
            requestor.requestAsync("?", SHORT);
            mesh.run(Duration.ofMillis(10));
        }
    }

    private int count(String name) {
        return got.get(name).size();
    }

    private void forget() {
        got.values().forEach(List::clear);
    }

    private List<String> errors(String part) {
        return mesh.errors.stream().filter(error -> error.contains(part)).toList();
    }

    @Test
    void shouldAvoidAnInstanceThatTimesOutForLongerEachTime() {
        quick("quick");
        hung("hung");
        Peer near = linked(near());
        askFor(near, Duration.ofSeconds(120));
        var pauses = new ArrayList<Duration>();
        List<Duration> times = got.get("hung");
        for (int i = 1; i < times.size(); i++) {
            Duration pause = times.get(i).minus(times.get(i - 1));
            if (pause.compareTo(Duration.ofMillis(500)) > 0) {
                pauses.add(pause);
            }
        }
        assertThat(pauses.stream().map(pause -> Math.round(pause.toMillis() / 1000.0)))
                .startsWith(1L, 2L, 4L, 8L, 16L, 30L, 30L);
        assertThat(count("hung")).as("of 12000 requests").isLessThan(100);
        assertThat(near.counters().ejections()).isEqualTo(pauses.size() + 1);
        assertThat(errors("far/hung is avoided for")).isNotEmpty();
        assertThat(errors("far/quick")).isEmpty();
    }

    private List<String> moves(String instance) {
        return mesh.flows.stream()
                .filter(PeerFlow.class::isInstance)
                .map(PeerFlow.class::cast)
                .filter(flow ->
                        flow.step() == FlowStep.CIRCUIT_MOVED && flow.other().equals("far/" + instance))
                .map(flow -> String.valueOf(flow.detail()))
                .toList();
    }

    @Test
    void shouldTellHowTheCircuitToAnInstanceMoves() {
        quick("quick");
        hung("hung");
        Peer near = linked(near());
        assertThat(moves("hung")).isEmpty();

        askFor(near, Duration.ofSeconds(2));
        assertThat(moves("hung"))
                .startsWith(
                        "opened: 5 requests in a row timed out, for 1 s",
                        "half-open: tried again after 1 s",
                        "opened: it timed out again when it was tried, for 2 s")
                .hasSize(3);
        mesh.run(Duration.ofSeconds(2));
        assertThat(moves("hung")).hasSize(4).last().isEqualTo("half-open: tried again after 2 s");

        answers.get("hung").forEach(answer -> answer.complete("at last"));
        mesh.settle();
        assertThat(moves("hung")).hasSize(5).last().isEqualTo("closed: it answered");
        assertThat(moves("quick")).isEmpty();
    }

    @Test
    void shouldTellThatTheCircuitToAnInstanceClosesWhenItsLinkHasLasted() {
        quick("quick");
        Peer flaky = quick("flaky");
        Peer near = linked(near());
        mesh.sever(near, flaky);
        mesh.run(Duration.ofSeconds(9));
        assertThat(moves("flaky"))
                .containsExactly("opened: its link did not last, for 1 s", "half-open: tried again after 1 s");
        mesh.run(Duration.ofSeconds(5));
        assertThat(moves("flaky")).hasSize(3).last().isEqualTo("closed: its link has lasted for 10 s");
    }

    @Test
    void shouldTellNothingMoreOfTheCircuitToAnInstanceThatIsGone() {
        quick("quick");
        Peer hung = hung("hung");
        Peer near = linked(near());
        askFor(near, Duration.ofMillis(500));
        var closed = hung.closeAsync(Duration.ofMillis(10));
        mesh.until(closed::isDone);
        mesh.run(Duration.ofSeconds(40));
        assertThat(moves("hung")).containsExactly("opened: 5 requests in a row timed out, for 1 s");
    }

    @Test
    void shouldForgetWhatWasWhenAnInstanceDoesWellForLong() {
        quick("quick");
        Peer flaky = quick("flaky");
        Peer near = linked(near());
        for (int i = 0; i < 2; i++) {
            mesh.sever(near, flaky);
            mesh.settle();
            forget();
            askFor(near, Duration.ofMillis(500));
            assertThat(count("flaky")).isZero();
            assertThat(count("quick")).isEqualTo(50);
            mesh.run(Duration.ofSeconds(1));
            forget();
            askFor(near, Duration.ofMillis(100));
            assertThat(count("flaky"))
                    .as("after a second, however often before")
                    .isEqualTo(5);
            mesh.run(Duration.ofSeconds(5));
            mesh.sever(near, flaky);
            mesh.run(Duration.ofMillis(1500));
            forget();
            askFor(near, Duration.ofMillis(100));
            assertThat(count("flaky")).as("for two seconds, the second time").isZero();
            mesh.run(Duration.ofMinutes(2));
            mesh.sever(near, flaky);
            mesh.settle();
            forget();
            askFor(near, Duration.ofMillis(100));
            assertThat(count("flaky")).as("after a link that had lasted").isEqualTo(5);
            mesh.run(Duration.ofSeconds(5));
        }
    }

    @Test
    void shouldGoOnAskingTheOnlyInstanceThereIs() {
        hung("hung");
        Peer near = linked(near());
        askFor(near, Duration.ofSeconds(1));
        assertThat(count("hung")).isEqualTo(100);
        assertThat(near.counters().ejections()).isZero();
        assertThat(errors("avoided")).isEmpty();
    }

    @Test
    void shouldNeverAvoidMoreThanHalfOfTheInstances() {
        for (String name : List.of("hung-1", "hung-2", "hung-3", "hung-4", "hung-5")) {
            hung(name);
        }
        Peer near = linked(near());
        askFor(near, Duration.ofMillis(500));
        assertThat(near.counters().ejections()).isEqualTo(2);
        forget();
        askFor(near, Duration.ofMillis(300));
        assertThat(got.values()).filteredOn(List::isEmpty).hasSize(2);
        assertThat(got.values()).filteredOn(times -> times.size() == 10).hasSize(3);
    }

    @Test
    void shouldNotTakeASlowInstanceForOneThatHangs() {
        far("slow-1", SHORT.multipliedBy(2));
        far("slow-2", SHORT.multipliedBy(2));
        Peer near = linked(near());
        askFor(near, Duration.ofSeconds(5));
        assertThat(near.counters().lateReplies()).isPositive();
        assertThat(near.counters().ejections()).isZero();
    }

    @Test
    void shouldUseAnInstanceAgainAtOnceThatStartsAnewUnderItsName() {
        quick("quick");
        Peer hung = hung("again");
        Peer near = linked(near());
        askFor(near, Duration.ofMillis(500));
        assertThat(near.counters().ejections()).isEqualTo(1);
        hung.closeAsync(Duration.ofMillis(10));
        mesh.run(Duration.ofMillis(100));
        quick("again");
        mesh.settle();
        forget();
        askFor(near, Duration.ofMillis(100));
        assertThat(count("again")).isEqualTo(5);
    }

    @Test
    void shouldUseAnInstanceThatTheRegistryHasLostUntilTheGraceIsOver() {
        quick("one");
        quick("two");
        Peer near = linked(near());
        registry.lose("one");
        mesh.run(Limits.defaults().grace().minusSeconds(1));
        askFor(near, Duration.ofMillis(200));
        assertThat(count("one")).isEqualTo(10);
        mesh.run(Duration.ofSeconds(1));
        forget();
        askFor(near, Duration.ofMillis(200));
        assertThat(count("one")).isZero();
        assertThat(count("two")).isEqualTo(20);
        mesh.run(Duration.ofSeconds(5));
        assertThat(near.counters().linksUp()).isEqualTo(1);
        registry.find("one");
        mesh.settle();
        forget();
        askFor(near, Duration.ofMillis(200));
        assertThat(count("one")).isEqualTo(10);
    }

    @Test
    void shouldCountTheGraceAnewForOneThatTheRegistryHadFoundInBetween() {
        quick("one");
        quick("two");
        Peer near = linked(near());
        registry.lose("one");
        mesh.run(Duration.ofSeconds(20));
        registry.find("one");
        mesh.run(Duration.ofSeconds(1));
        registry.lose("one");
        mesh.run(Duration.ofSeconds(20));
        askFor(near, Duration.ofMillis(200));
        assertThat(count("one")).isEqualTo(10);
        mesh.run(Duration.ofSeconds(11));
        forget();
        askFor(near, Duration.ofMillis(200));
        assertThat(count("one")).isZero();
    }

    @Test
    void shouldKeepTheLastInstancesHoweverLongTheRegistryIsEmpty() {
        quick("one");
        quick("two");
        Peer near = linked(near());
        registry.lose("one");
        registry.lose("two");
        mesh.run(Duration.ofHours(1));
        assertThat(near.instances("far")).isEmpty();
        askFor(near, Duration.ofMillis(200));
        assertThat(count("one")).isEqualTo(10);
        assertThat(count("two")).isEqualTo(10);
        registry.find("two");
        mesh.run(Limits.defaults().grace().minusSeconds(1));
        forget();
        askFor(near, Duration.ofMillis(200));
        assertThat(count("one"))
                .as("the grace begins when the registry has somebody else")
                .isEqualTo(10);
        mesh.run(Duration.ofSeconds(1));
        forget();
        askFor(near, Duration.ofMillis(200));
        assertThat(count("one")).isZero();
    }

    @Test
    void shouldBelieveTheRegistryAtOnceWithoutGrace() {
        quick("one");
        quick("two");
        Peer near = linked(near().limits(Limits.defaults().withGrace(Duration.ZERO)));
        registry.lose("one");
        mesh.run(Duration.ofMillis(1));
        askFor(near, Duration.ofMillis(200));
        assertThat(count("one")).isZero();
        assertThat(near.counters().linksUp()).isEqualTo(1);
    }

    @Test
    void shouldDialAnInstanceAgainWhoseLinkBrokeWhileTheRegistryHadLostIt() {
        quick("one");
        Peer two = quick("two");
        Peer near = linked(near());
        registry.lose("two");
        mesh.settle();
        mesh.sever(near, two);
        mesh.settle();
        assertThat(near.counters().linksUp()).isEqualTo(1);
        registry.find("two");
        mesh.settle();
        assertThat(near.counters().linksUp()).isEqualTo(2);
    }

    @Test
    void shouldFollowAPublisherThatTheRegistryHasLostAndNoneThatHasClosed() {
        Peer one = mesh.open(mesh.builder("far").instance("one"));
        Peer two = mesh.open(mesh.builder("far").instance("two"));
        var oneNews = one.publisher(NEWS);
        var twoNews = two.publisher(NEWS);
        Peer near = mesh.open(near());
        List<String> heard = new ArrayList<>();
        Subscription subscription = near.subscribe(NEWS, event -> heard.add(event.payload()));
        mesh.settle();
        assertThat(subscription.publishers()).isEqualTo(2);
        registry.lose("one");
        registry.lose("two");
        mesh.run(Duration.ofMinutes(10));
        oneNews.publish("from one");
        twoNews.publish("from two");
        mesh.settle();
        assertThat(heard).containsExactlyInAnyOrder("from one", "from two");
        one.closeAsync(Duration.ofSeconds(1));
        mesh.settle();
        assertThat(subscription.publishers()).as("one has said goodbye").isEqualTo(1);
        registry.find("two");
        mesh.settle();
        twoNews.publish("from two again");
        mesh.settle();
        assertThat(heard).hasSize(3).endsWith("from two again");
        assertThat(near.counters().missedEvents()).isZero();
        registry.lose("two");
        mesh.network.partition(near.self().address(), two.self().address());
        mesh.run(Duration.ofSeconds(20));
        assertThat(subscription.publishers()).as("nothing is heard of two").isZero();
    }

    @Test
    void shouldFollowNoPublisherBeyondTheGraceThatTheRegistryHasLost() {
        mesh.open(mesh.builder("far").instance("one")).publisher(NEWS);
        mesh.open(mesh.builder("far").instance("two")).publisher(NEWS);
        Peer near = mesh.open(near());
        Subscription subscription = near.subscribe(NEWS, event -> {});
        mesh.settle();
        registry.lose("one");
        mesh.run(Limits.defaults().grace().minusSeconds(1));
        assertThat(subscription.publishers()).isEqualTo(2);
        mesh.run(Duration.ofSeconds(2));
        assertThat(subscription.publishers()).isEqualTo(1);
    }

    @Test
    void shouldUseTheLatestOfThoseThatClaimOneNameAndSaySoOnce() {
        Peer first = quick("one");
        quick("other");
        Peer near = linked(near());
        Instance real = first.self();
        Instance impostor = as(real, "one", 77, "inmem://elsewhere", 1);
        registry.add(impostor);
        mesh.settle();
        registry.add(as(real, "third", 78, "inmem://nowhere", 0));
        mesh.run(Duration.ofMinutes(1));
        assertThat(near.instances("far")).contains(impostor).doesNotContain(real);
        assertThat(errors("Two peers claim to be far/one"))
                .singleElement()
                .asString()
                .contains(real.address(), impostor.address());
        forget();
        askFor(near, Duration.ofMillis(100));
        assertThat(count("one")).isZero();
        assertThat(count("other")).isEqualTo(10);
    }

    @Test
    void shouldUseTheLatestOfThoseThatClaimOneIncarnationAndSaySoOnce() {
        Peer first = quick("one");
        Peer near = linked(near());
        Instance real = first.self();
        Instance older = as(real, "two", real.incarnation(), "inmem://elsewhere", -1);
        registry.add(older);
        mesh.run(Duration.ofMinutes(1));
        assertThat(near.instances("far")).containsExactly(real);
        assertThat(errors(Long.toHexString(real.incarnation())))
                .singleElement()
                .asString()
                .contains("far/one", "far/two", real.address(), older.address());
        askFor(near, Duration.ofMillis(100));
        assertThat(count("one")).isEqualTo(10);
    }

    @Test
    void copyOfALivingInstanceDoesNotTakeItsPlaceHoweverLateItIsSaidToHaveOpened() {
        Peer first = quick("one");
        Peer near = linked(near());
        Instance real = first.self();
        Instance copy = as(real, "one", real.incarnation(), "inmem://elsewhere", 3600);
        registry.add(copy);
        registry.add(as(real, "a-copy", real.incarnation(), "inmem://nowhere", 7200));
        mesh.run(Duration.ofMinutes(1));
        assertThat(near.instances("far")).containsExactly(real);
        assertThat(near.counters().linksUp()).isEqualTo(1);
        assertThat(errors("claim")).hasSize(1);
        askFor(near, Duration.ofMillis(100));
        assertThat(count("one")).isEqualTo(10);
    }

    @Test
    void newcomerFindsTheInstanceThatAnswersAmongCopies() {
        Peer first = quick("one");
        var news = first.publisher(NEWS);
        mesh.settle();
        Instance real = first.self();
        Instance copy = as(real, "one", real.incarnation(), "inmem://elsewhere", 3600);
        registry.add(copy);
        Peer near = linked(near());
        mesh.until(() -> near.instances("far").equals(List.of(real)));
        askFor(near, Duration.ofMillis(100));
        assertThat(count("one")).isEqualTo(10);
        mesh.run(Duration.ofMinutes(1));
        assertThat(near.instances("far")).containsExactly(real);

        Peer listener = mesh.open(near());
        List<String> heard = new ArrayList<>();
        listener.subscribe(NEWS, event -> heard.add(event.payload()));
        mesh.until(() -> listener.instances("far").equals(List.of(real)));
        mesh.settle();
        news.publish("still here");
        mesh.settle();
        assertThat(heard).containsExactly("still here");
    }

    @Test
    void copyTakesOverOnceItIsTheOneThatAnswers() {
        Peer first = quick("one");
        Peer near = linked(near());
        Instance real = first.self();
        Instance copy = as(real, "one", real.incarnation(), "inmem://elsewhere", 3600);
        registry.add(copy);
        mesh.run(Duration.ofSeconds(10));
        mesh.network.partition(near.self().address(), real.address());
        mesh.until(() -> near.instances("far").equals(List.of(copy)));
        mesh.network.heal(near.self().address(), real.address());
        mesh.until(() -> near.instances("far").equals(List.of(real)));
        forget();
        askFor(near, Duration.ofMillis(100));
        assertThat(count("one")).isEqualTo(10);
    }

    private static Instance as(Instance like, String name, long incarnation, String address, int secondsLater) {
        return new Instance(
                like.service(),
                name,
                incarnation,
                address,
                address,
                like.channels(),
                like.since().plusSeconds(secondsLater),
                Map.of());
    }
}
