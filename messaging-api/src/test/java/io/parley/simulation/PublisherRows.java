package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.Publisher;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.LastNumber;
import io.parley.internal.wire.Topics;
import io.parley.message.Event;
import io.parley.message.Headers;
import io.parley.message.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The rows of {@link WireConformanceTest} for publishers: what one does with what others subscribe to. Stateless. */
final class PublisherRows {

    private static final String CHANNEL = "victim/events";
    private static final String UNPUBLISHED = "victim/later";
    private static final String FOREIGN = "far/events";
    private static final String OPEN = "it is open";
    private static final long NONCE = 0x0102_0300_0500_0708L;
    private static final Duration BEAT = Duration.ofSeconds(2);

    private PublisherRows() {}

    /** A peer that publishes events, and is subscribed to by hand. */
    static final class AtPublisher {

        final Simulation mesh = new Simulation(23);
        final WirePeer hand = new WirePeer(mesh, "hand");
        final Peer victim = mesh.open("victim");
        final WireFeed sub = anotherSub();
        private final Publisher<String> publisher = victim.publisher(PublishSubscribeChannel.of(CHANNEL, String.class));

        AtPublisher() {
            mesh.settle();
        }

        /** Another SUB of the hand. */
        WireFeed anotherSub() {
            return new WireFeed(mesh, hand, victim.self().publishAddress());
        }

        void publish(String... subjects) {
            for (String subject : subjects) {
                publisher.publish(new Event<>(Headers.builder().build(), subject, Message.Aggregate.NONE, subject));
            }
            mesh.settle();
        }

        void beat() {
            mesh.run(BEAT);
        }

        /** The numbers that it tells under an ask-topic when it is asked for them. */
        Control.Numbers asked(long incarnation, long after, String channel) {
            sub.subscribe(new Topics.Ask(NONCE, incarnation, after, 0, channel).topic());
            List<Control.Numbers> numbers = sub.heard(Control.Numbers.class);
            sub.heard.clear();
            assertThat(numbers).hasSizeLessThan(2);
            return numbers.isEmpty() ? null : numbers.get(0);
        }

        void tells(Control.Numbers told, long from, long upTo, LastNumber... last) {
            assertThat(told).isNotNull();
            assertThat(told.speaker()).isEqualTo(speaker());
            assertThat(told.via()).isFalse();
            assertThat(List.of(told.from(), told.upTo())).containsExactly(from, upTo);
            assertThat(told.last()).containsExactly(last);
        }

        Control.Subscribed confirmation(String channel, long number) {
            return new Control.Subscribed(speaker(), channel, number);
        }

        private Control.PeerId speaker() {
            return new Control.PeerId(
                    victim.self().incarnation(),
                    victim.self().service(),
                    victim.self().name());
        }

        /** Whether a SUB that subscribes to each is answered nothing, and to be hung up on or not. */
        void isSilent(boolean mayStay, byte[]... prefixes) {
            publish("a");
            for (byte[] prefix : prefixes) {
                assertThat(Topics.mayBegin(prefix)).as(Arrays.toString(prefix)).isEqualTo(mayStay);
                sub.subscribe(prefix);
                assertThat(sub.heard).as(Arrays.toString(prefix)).isEmpty();
            }
            assertThat(mesh.errors).isEmpty();
        }
    }

    private static byte[] confirmTopic(String channel) {
        return Topics.confirmation(NONCE, channel);
    }

    private static byte[] askTopic(String channel) {
        return new Topics.Ask(NONCE, 7, 0, 0, channel).topic();
    }

    private static byte[] prefix(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] cut(byte[] whole, int octets) {
        return Arrays.copyOf(whole, whole.length - octets);
    }

    private interface Rows {

        void row(String what, String state, Consumer<AtPublisher> test);
    }

    static Map<String, Consumer<AtPublisher>> rows() {
        Map<String, Consumer<AtPublisher>> all = new LinkedHashMap<>();
        Rows rows = (what, state, test) -> assertThat(all.put(WireConformanceTest.row(what, "publisher", state), test))
                .isNull();
        channelTopics(rows);
        confirmTopics(rows);
        tellings(rows);
        questions(rows);
        malformed(rows);
        return all;
    }

    private static void channelTopics(Rows rows) {
        rows.row("a channel-topic, or the beginning of one", OPEN, peer -> {
            peer.publish("a");
            peer.sub.subscribe(Topics.publication(CHANNEL, "a"));
            var toMore = peer.anotherSub().subscribe(Topics.subscription(CHANNEL, "a"));
            var toAll = peer.anotherSub().subscribe(new byte[0]);
            assertThat(peer.sub.heard).isEmpty();
            peer.publish("a", "ab", "b");
            assertThat(peer.sub.events()).containsExactly("a2");
            assertThat(toMore.events()).containsExactly("a2", "ab3");
            assertThat(toAll.events()).containsExactly("a2", "ab3", "b4");
        });
        rows.row("a channel-topic of a channel that it does not publish on", OPEN, peer -> {
            peer.sub.subscribe(Topics.subscription(UNPUBLISHED, ""), Topics.subscription(FOREIGN, ""));
            assertThat(peer.sub.heard).isEmpty();
            peer.victim
                    .publisher(PublishSubscribeChannel.of(UNPUBLISHED, String.class))
                    .publish("first");
            peer.mesh.settle();
            assertThat(peer.sub.events()).containsExactly("1");
        });
        rows.row("a channel-topic of its channel `parley.flows`", OPEN, peer -> {
            peer.sub.subscribe(Topics.subscription("victim/parley.flows", ""));
            assertThat(peer.sub.heard).as("nothing has flowed").isEmpty();
            peer.publish("a");
            assertThat(peer.sub.events()).containsExactly("1");
        });
        rows.row("an unsubscription from what another SUB subscribes to as well", OPEN, peer -> {
            byte[] topic = Topics.subscription(CHANNEL, "");
            peer.sub.subscribe(topic, Topics.heartbeat(), Topics.numbers(CHANNEL));
            var other = peer.anotherSub().subscribe(topic, Topics.heartbeat(), Topics.numbers(CHANNEL));
            peer.sub.unsubscribe(topic);
            peer.sub.unsubscribe(Topics.heartbeat());
            peer.sub.unsubscribe(Topics.numbers(CHANNEL));
            peer.sub.heard.clear();
            other.heard.clear();
            peer.publish("a");
            peer.beat();
            assertThat(peer.sub.heard).isEmpty();
            assertThat(other.events()).contains("a1");
            assertThat(other.heard(Control.Heartbeat.class)).hasSize(1);
            assertThat(other.heard(Control.Numbers.class)).hasSize(1);
        });
        rows.row("an unsubscription from what was not subscribed to", OPEN, peer -> {
            peer.sub.unsubscribe(Topics.subscription(CHANNEL, ""));
            peer.sub.unsubscribe(confirmTopic(CHANNEL));
            peer.sub.subscribe(Topics.subscription(CHANNEL, ""));
            peer.publish("a");
            assertThat(peer.sub.events()).containsExactly("a1");
        });
    }

    private static void confirmTopics(Rows rows) {
        rows.row("a confirm-topic", OPEN, peer -> {
            peer.publish("a", "b");
            peer.sub.subscribe(Topics.subscription(CHANNEL, ""), confirmTopic(CHANNEL));
            assertThat(peer.sub.heard).containsExactly(peer.confirmation(CHANNEL, 2));
        });
        rows.row("a confirm-topic of a channel that it does not publish on", OPEN, peer -> {
            peer.sub.subscribe(confirmTopic(UNPUBLISHED), confirmTopic(FOREIGN));
            assertThat(peer.sub.heard)
                    .containsExactly(peer.confirmation(UNPUBLISHED, 0), peer.confirmation(FOREIGN, 0));
        });
        rows.row("a confirm-topic that another SUB subscribes to as well", OPEN, peer -> {
            peer.sub.subscribe(confirmTopic(CHANNEL));
            peer.publish("a");
            var other = peer.anotherSub().subscribe(confirmTopic(CHANNEL));
            assertThat(other.heard).containsExactly(peer.confirmation(CHANNEL, 1));
            assertThat(peer.sub.heard).containsExactly(peer.confirmation(CHANNEL, 0), peer.confirmation(CHANNEL, 1));
        });
        rows.row("a confirm-topic that was unsubscribed from", OPEN, peer -> {
            peer.sub.subscribe(confirmTopic(CHANNEL));
            peer.sub.unsubscribe(confirmTopic(CHANNEL));
            peer.sub.subscribe(confirmTopic(CHANNEL));
            assertThat(peer.sub.heard).containsExactly(peer.confirmation(CHANNEL, 0), peer.confirmation(CHANNEL, 0));
        });
    }

    private static void tellings(Rows rows) {
        rows.row("the heartbeat-topic", OPEN, peer -> {
            peer.beat();
            peer.sub.subscribe(Topics.heartbeat());
            assertThat(peer.sub.heard).isEmpty();
            peer.beat();
            var expected = new Control.Heartbeat(peer.victim.self().incarnation(), BEAT.toMillis());
            assertThat(peer.sub.heard).containsExactly(expected);
            peer.beat();
            assertThat(peer.sub.heard).containsExactly(expected, expected);
        });
        rows.row("the heartbeat-topic", "it closes", peer -> {
            peer.publish("a");
            peer.sub.subscribe(Topics.heartbeat(), Topics.numbers(CHANNEL));
            peer.victim.closeAsync(Duration.ofSeconds(1));
            peer.mesh.settle();
            assertThat(peer.sub.heard).hasSize(2);
            peer.tells(peer.sub.heard(Control.Numbers.class).get(0), 0, 1, new LastNumber("a", 1));
            assertThat(peer.sub.heard)
                    .last()
                    .isEqualTo(new Control.Heartbeat(peer.victim.self().incarnation(), 0));
        });
        rows.row("a numbers-topic", OPEN, peer -> {
            // However many others there are.
            peer.sub.subscribe(IntStream.range(0, 10_001)
                    .mapToObj(i -> Topics.numbers("victim/x" + i))
                    .toArray(byte[][]::new));
            peer.sub.subscribe(Topics.numbers(CHANNEL));
            peer.publish("a", "b");
            assertThat(peer.sub.heard(Control.Numbers.class)).allMatch(told -> told.upTo() == 0);
            peer.beat();
            peer.sub.heard.clear();
            peer.beat();
            peer.tells(
                    peer.sub.heard(Control.Numbers.class).get(0), 0, 2, new LastNumber("a", 1), new LastNumber("b", 2));
            peer.sub.heard.clear();
            peer.beat();
            peer.tells(peer.sub.heard(Control.Numbers.class).get(0), 2, 2);
        });
        rows.row("a numbers-topic of a channel that it does not publish on", OPEN, peer -> {
            peer.sub.subscribe(Topics.numbers(UNPUBLISHED), Topics.numbers(FOREIGN));
            peer.beat();
            assertThat(peer.sub.heard).isEmpty();
            peer.victim
                    .publisher(PublishSubscribeChannel.of(UNPUBLISHED, String.class))
                    .publish("first");
            peer.beat();
            assertThat(peer.sub.heard(Control.Numbers.class)).isNotEmpty().allMatch(told -> told.channel()
                    .equals(UNPUBLISHED));
        });
    }

    private static void questions(Rows rows) {
        rows.row("an ask-topic", OPEN, peer -> {
            peer.publish("a", "b", "a");
            long own = peer.victim.self().incarnation();
            Control.Numbers told = Objects.requireNonNull(peer.asked(own, 1, CHANNEL));
            peer.tells(told, 1, 3, new LastNumber("b", 2), new LastNumber("a", 3));
            assertThat(told.first()).isTrue();
            assertThat(told.more()).isFalse();
        });
        rows.row("an ask-topic whose `after` is above its last number", OPEN, peer -> {
            peer.publish("a", "b");
            long own = peer.victim.self().incarnation();
            peer.tells(peer.asked(own, 3, CHANNEL), 2, 2);
            peer.tells(peer.asked(own, Long.MIN_VALUE, CHANNEL), 2, 2);
            peer.tells(peer.asked(own, Topics.Ask.NOTHING, CHANNEL), 2, 2);
        });
        rows.row("an ask-topic of a channel that it does not publish on", OPEN, peer -> {
            long own = peer.victim.self().incarnation();
            peer.tells(peer.asked(own, Topics.Ask.NOTHING, UNPUBLISHED), 0, 0);
            peer.tells(peer.asked(own, 5, FOREIGN), 0, 0);
        });
        rows.row("an ask-topic with another incarnation", OPEN, peer -> {
            peer.publish("a");
            assertThat(peer.asked(4711, 0, CHANNEL)).isNull();
            assertThat(peer.asked(0, 0, CHANNEL)).isNull();
        });
        rows.row("more ask-topics than it cares to answer", OPEN, peer -> {
            for (int i = 0; i < 1_000; i++) {
                peer.publisher.publish(
                        new Event<>(Headers.builder().build(), i + "x".repeat(250), Message.Aggregate.NONE, "payload"));
            }
            peer.mesh.run(BEAT);
            long own = peer.victim.self().incarnation();
            var other = peer.anotherSub();
            other.subscribe(IntStream.range(1, 101)
                    .mapToObj(i -> new Topics.Ask(i, own, 0, 0, CHANNEL).topic())
                    .toArray(byte[][]::new));
            int answered = other.heard(Control.Numbers.class).size();
            assertThat(answered).isBetween(16, 99 * 9);
            peer.mesh.run(BEAT);
            peer.tells(peer.asked(own, 1_000, CHANNEL), 1_000, 1_000);
        });
    }

    private static void malformed(Rows rows) {
        rows.row("the beginning of a confirm-topic, numbers-topic or ask-topic", OPEN, peer -> {
            peer.isSilent(
                    true,
                    new byte[] {1},
                    cut(confirmTopic(CHANNEL), 1),
                    cut(confirmTopic("victim/e"), 3),
                    new byte[] {3},
                    cut(Topics.numbers(CHANNEL), 1),
                    new byte[] {4},
                    cut(askTopic(CHANNEL), 1));
            peer.beat();
            peer.beat();
            assertThat(peer.sub.heard(Control.Subscribed.class)).isEmpty();
        });
        rows.row("a confirm-topic, numbers-topic or ask-topic of what can be no channel", OPEN, peer -> {
            for (String channel : List.of(
                    "",
                    "victim",
                    "Victim/events",
                    "victim/ü",
                    "victim/",
                    "/x",
                    "a-/b",
                    "victim/" + "x".repeat(185),
                    "victim/a\0b")) {
                peer.isSilent(false, confirmTopic(channel), Topics.numbers(channel), askTopic(channel));
            }
            byte[] longer = Arrays.copyOf(confirmTopic(CHANNEL), confirmTopic(CHANNEL).length + 1);
            peer.isSilent(false, longer);
            peer.beat();
            assertThat(peer.sub.heard).isEmpty();
        });
        rows.row(
                "anything else that no topic begins with",
                OPEN,
                peer -> peer.isSilent(
                        false,
                        new byte[] {0},
                        new byte[] {5},
                        new byte[] {2, 0},
                        prefix("Victim/events\0"),
                        prefix("victim/" + "x".repeat(185)),
                        prefix("victim/events\0" + "x".repeat(256)),
                        prefix("victim/events\0a\0b")));
    }
}
