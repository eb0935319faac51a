package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Gap;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.RouterOptions;
import io.parley.SubscribeOptions;
import io.parley.Subscription;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.message.Event;
import io.parley.message.Message;
import io.parley.testkit.FickleDiscovery;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Feeds that lose frames, break, fall silent, and publishers that the registry loses and that are started anew: whatever a seed brings,
 * what a subscriber got and what it was told to have missed are together what was published since it subscribed. In virtual time.
 */
class LossyFeedsTest {

    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("press/news", String.class);
    private static final List<String> NAMES = List.of("", "a", "a.1", "a.2", "b", "c");
    private static final int ACTIONS = 150;
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    static List<Long> seeds() {
        var seeds = new ArrayList<Long>();
        for (long seed = 1; seed <= 40; seed++) {
            seeds.add(seed);
        }
        // Answers of a publisher are lost until its confirmation comes.
        seeds.add(1289L);
        return seeds;
    }

    /** What one subscriber was told by its handler and its gap listener, in order. */
    private static final class Reader {

        final Peer peer;
        final String prefix;
        final List<Event<String>> events = new ArrayList<>();
        final List<Gap> gaps = new ArrayList<>();
        /** By publisher, the number after which nothing may be missed in silence. */
        final Map<String, Integer> since = new HashMap<>();

        final Subscription subscription;

        Reader(Peer peer, String prefix) {
            this.peer = peer;
            this.prefix = prefix;
            subscription = peer.subscribe(
                    NEWS,
                    SubscribeOptions.all().withSubjectPrefix(prefix).withGapListener(gaps::add),
                    event -> events.add((Event<String>) event));
        }
    }

    /** One run. */
    private static final class Story {

        final Simulation mesh;
        final Random random;
        final FickleDiscovery registry = new FickleDiscovery();
        /** The publishers that are there, and what each has published: the names, in order. */
        final List<Peer> presses = new ArrayList<>();

        final Map<String, List<String>> published = new LinkedHashMap<>();
        final List<Reader> readers = new ArrayList<>();
        /** All that publishers are connected to. */
        final List<Peer> others = new ArrayList<>();

        final Set<List<Peer>> apart = new LinkedHashSet<>();
        final Set<String> lost = new LinkedHashSet<>();
        double loss;

        Story(long seed) {
            mesh = new Simulation(seed);
            random = new Random(seed);
            mesh.network.delayBy(source -> Duration.ofNanos(source.nextInt(3_000_000)));
            mesh.network.losePublications(source -> source.nextDouble() < loss);
        }

        PeerBuilder builder(String service) {
            return mesh.builder(service)
                    .discovery(registry.over(mesh.discovery))
                    .limits(Limits.defaults().withHeartbeat(HEARTBEAT));
        }

        Peer openPress() {
            Peer press = mesh.open(builder("press").instance("press-" + (published.size() + 1)));
            presses.add(press);
            published.put(press.self().name(), new ArrayList<>());
            press.publisher(NEWS);
            return press;
        }

        void publish(Peer press, int count) {
            List<String> names = published.get(press.self().name());
            for (int i = 0; i < count; i++) {
                String name = NAMES.get(random.nextInt(NAMES.size()));
                names.add(name);
                press.publisher(NEWS).publish(Message.event(name, "" + names.size()));
            }
        }

        void join(Reader reader) {
            presses.forEach(press -> reader.since.put(
                    press.self().name(), published.get(press.self().name()).size()));
            readers.add(reader);
            others.add(reader.peer);
        }

        /** Until all readers are subscribed everywhere. */
        void settle() {
            mesh.until(() -> readers.stream().allMatch(reader -> reader.subscription.publishers() >= 1));
            mesh.run(Duration.ofSeconds(10));
        }

        void play(boolean restarts) {
            for (int i = 0; i < ACTIONS; i++) {
                act(restarts);
                mesh.run(Duration.ofMillis(random.nextInt(random.nextInt(20) == 0 ? 20_000 : 400)));
            }
            loss = 0;
            List.copyOf(apart).forEach(this::heal);
            List.copyOf(lost).forEach(this::find);
            mesh.run(Duration.ofMinutes(2));
        }

        private void act(boolean restarts) {
            Peer press = presses.get(random.nextInt(presses.size()));
            Peer other = others.get(random.nextInt(others.size()));
            switch (random.nextInt(restarts ? 12 : 11)) {
                case 0, 1, 2, 3 -> publish(press, 1 + random.nextInt(8));
                case 4 -> publish(press, 60);
                case 5 -> loss = random.nextDouble();
                case 6 -> loss = 0;
                case 7 -> mesh.sever(press, other);
                case 8 -> {
                    if (press != other && apart.add(List.of(press, other))) {
                        mesh.network.partition(
                                press.self().address(), other.self().address());
                    }
                }
                case 9 -> List.copyOf(apart).stream().findFirst().ifPresent(this::heal);
                case 10 -> {
                    if (!lost.remove(press.self().name())) {
                        lost.add(press.self().name());
                        registry.lose(press.self().name());
                    } else {
                        registry.find(press.self().name());
                    }
                }
                default -> restart(press);
            }
        }

        private void heal(List<Peer> pair) {
            apart.remove(pair);
            mesh.network.heal(pair.get(0).self().address(), pair.get(1).self().address());
        }

        private void find(String name) {
            lost.remove(name);
            registry.find(name);
        }

        private void restart(Peer press) {
            List.copyOf(apart).stream().filter(pair -> pair.contains(press)).forEach(this::heal);
            presses.remove(press);
            press.closeAsync(Duration.ZERO);
            publish(openPress(), 1 + random.nextInt(5));
        }

        void check() {
            for (Reader reader : readers) {
                published.forEach((publisher, names) -> check(reader, publisher, names));
            }
        }

        private void check(Reader reader, String publisher, List<String> names) {
            var got = new HashSet<Integer>();
            for (Event<String> event : reader.events) {
                if (event.headers().sender().orElseThrow().instance().equals(publisher)) {
                    int number = Integer.parseInt(event.payload());
                    assertThat(event.name()).isEqualTo(names.get(number - 1));
                    assertThat(got.add(number))
                            .as("%s came twice from %s", number, publisher)
                            .isTrue();
                }
            }
            var missed = new HashSet<Integer>();
            for (Gap gap : reader.gaps) {
                if (gap.publisher().instance().equals(publisher)) {
                    check(gap, names, got, missed);
                }
            }
            boolean isThere =
                    presses.stream().anyMatch(press -> press.self().name().equals(publisher));
            for (int number = 1 + reader.since.getOrDefault(publisher, 0);
                    isThere && number <= names.size();
                    number++) {
                if (names.get(number - 1).startsWith(reader.prefix)) {
                    assertThat(got.contains(number) || missed.contains(number))
                            .as("%s of %s came to %s or was told as missed", number, publisher, reader.peer)
                            .isTrue();
                }
            }
        }

        private static void check(Gap gap, List<String> names, Set<Integer> got, Set<Integer> missed) {
            assertThat(gap.lastSeen()).as(gap.toString()).isLessThan(gap.missedUpTo());
            assertThat(names.get((int) gap.missedUpTo() - 1)).as(gap.toString()).isEqualTo(gap.subject());
            for (int number = (int) gap.lastSeen() + 1; number <= gap.missedUpTo(); number++) {
                if (names.get(number - 1).equals(gap.subject())) {
                    assertThat(got).as("%s, but it came", gap).doesNotContain(number);
                    assertThat(missed.add(number))
                            .as("%s was told twice: %s", number, gap)
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatComesAndWhatIsToldAsMissedIsAllThatWasPublished(long seed) {
        var story = new Story(seed);
        story.openPress();
        story.openPress();
        for (String prefix : List.of("", "a", "a.1")) {
            story.join(new Reader(story.mesh.open(story.builder("reader")), prefix));
        }
        Limits narrow = Limits.defaults().withHeartbeat(HEARTBEAT).withMaxQueued(5);
        story.join(new Reader(story.mesh.open(story.builder("reader").limits(narrow)), ""));
        story.settle();
        story.play(true);
        story.loss = 0;
        story.mesh.run(Duration.ofMinutes(1));
        story.join(new Reader(story.mesh.open(story.builder("reader")), ""));
        story.settle();
        story.play(false);
        story.check();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theSameHoldsBehindARouter(long seed) {
        var story = new Story(seed);
        story.openPress();
        story.openPress();
        story.others.add(story.mesh.open(story.builder("router")
                .transport(InMemoryTransport.on(story.mesh.network).at("r1"))
                .forwarding(RouterOptions.defaults())));
        for (String prefix : List.of("", "a")) {
            story.join(new Reader(
                    story.mesh.open(story.builder("guest")
                            .discovery(FixedDiscovery.builder()
                                    .everyService("inmem://r1")
                                    .build())),
                    prefix));
        }
        story.settle();
        story.play(true);
        story.check();
    }
}
