package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Gap;
import io.parley.Peer;
import io.parley.SubscribeOptions;
import io.parley.Subscription;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.LastNumber;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.MessageForm;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The rows of {@link WireConformanceTest} for feeds: what a subscriber does with what comes. Stateless. */
final class FeedRows {

    private static final String CHANNEL = "far/events";
    private static final PublishSubscribeChannel<String> EVENTS = PublishSubscribeChannel.of(CHANNEL, String.class);
    private static final String ASKING = "before SUBSCRIBED";
    private static final String CONFIRMED = "after SUBSCRIBED";
    private static final PeerId STRANGER = new PeerId(0xBEEF, "far", "far-2");

    private FeedRows() {}

    /** A peer that subscribes to one made by hand. */
    static final class AtSubscriber {

        final Simulation mesh = new Simulation(20);
        final WirePeer far = new WirePeer(mesh, "far").announce(CHANNEL, InteractionStyle.PUBLISH);
        final PeerId speaker = far.welcome().speaker();
        final List<String> heard = new ArrayList<>();
        final List<Gap> gaps = new ArrayList<>();
        final Peer near = mesh.open("near");
        final Subscription subscription;

        AtSubscriber() {
            subscription = near.subscribe(
                    EVENTS, SubscribeOptions.all().withGapListener(gaps::add), event -> heard.add(event.payload()));
            mesh.settle();
            assertThat(subscription.publishers()).isZero();
        }

        /** Confirms, and answers the question for the last numbers: all that is published after {@code number} is known. */
        AtSubscriber confirmed(long number) {
            publish(confirmTopic(), new Control.Subscribed(speaker, CHANNEL, number));
            publish(lastQuestion().topic(), answer(speaker, false, number, number));
            assertThat(subscription.publishers()).isEqualTo(1);
            return this;
        }

        byte[] confirmTopic() {
            return last(prefix -> Topics.confirmedChannel(prefix) != null);
        }

        Topics.Ask lastQuestion() {
            Topics.Ask question = Topics.asked(last(prefix -> Topics.asked(prefix) != null));
            assertThat(question).isNotNull();
            return question;
        }

        long questions() {
            return far.subscribed.stream()
                    .filter(prefix -> Topics.asked(prefix) != null)
                    .count();
        }

        private byte[] last(Predicate<byte[]> which) {
            List<byte[]> all = far.subscribed.stream().filter(which).toList();
            assertThat(all).isNotEmpty();
            return all.get(all.size() - 1);
        }

        void publish(byte[] topic, Control... controls) {
            publish(topic, WireConformanceTest.frame(controls));
        }

        void publish(WireMessage message) {
            publish(topicOf(message), WireConformanceTest.frame(message));
        }

        void publish(byte[] topic, byte[] frame) {
            far.publish(topic, frame);
        }

        static byte[] topicOf(WireMessage message) {
            return Topics.publication(CHANNEL, message.subject());
        }

        void publishNumbers(Control... numbers) {
            publish(Topics.numbers(CHANNEL), numbers);
        }

        WireMessage event(String subject, long number, long previous) {
            return event(WirePeer.INCARNATION, subject, number, previous);
        }

        WireMessage event(long incarnation, String subject, long number, long previous) {
            WireMessage template = far.oneWay(CHANNEL, subject + number);
            SharedFields head = SharedFields.of(EnvelopeKind.EVENT)
                    .on(CHANNEL)
                    .as(MessageForm.EVENT, subject)
                    .of(null, template.head.contentType());
            var event = new WireMessage(head, new MessageId(incarnation, number));
            event.number(number, previous);
            return event.payload(template.copyOfPayload());
        }

        /** Whether each publication is malformed to it, and changes nothing. */
        void ignores(byte[] topic, byte[]... frames) {
            long known = near.counters().malformedFrames();
            var before = List.copyOf(heard);
            int publishers = subscription.publishers();
            for (byte[] frame : frames) {
                publish(topic, frame);
                assertThat(near.counters().malformedFrames()).isEqualTo(++known);
            }
            assertThat(heard).isEqualTo(before);
            assertThat(gaps).isEmpty();
            assertThat(subscription.publishers()).isEqualTo(publishers);
        }

        void ignores(byte[] topic, Control... controls) {
            ignores(
                    topic,
                    Arrays.stream(controls)
                            .map(control -> WireConformanceTest.frame(control))
                            .toArray(byte[][]::new));
        }

        /** Nothing was told, and what comes next is handed on. */
        void goesOn(long next) {
            assertThat(gaps).isEmpty();
            heard.clear();
            publish(event("next", next, 0));
            assertThat(heard).containsExactly("next" + next);
            assertThat(gaps).isEmpty();
        }

        void toldGap(String subject, long lastSeen, long missedUpTo) {
            assertThat(gaps).singleElement().satisfies(gap -> {
                assertThat(gap.subject()).isEqualTo(subject);
                assertThat(gap.lastSeen()).isEqualTo(lastSeen);
                assertThat(gap.missedUpTo()).isEqualTo(missedUpTo);
            });
        }
    }

    /** One of each kind that has its place on feeds only. */
    static List<Control> controls(PeerId speaker) {
        return List.of(
                new Control.Subscribed(speaker, CHANNEL, 0),
                new Control.Heartbeat(speaker.incarnation(), 2000),
                numbers(speaker, false, 0, 0));
    }

    private static Control.Numbers numbers(PeerId speaker, boolean via, long from, long upTo, LastNumber... last) {
        return new Control.Numbers(speaker, CHANNEL, false, false, via, from, upTo, List.of(last));
    }

    private static Control.Numbers answer(PeerId speaker, boolean via, long from, long upTo, LastNumber... last) {
        return new Control.Numbers(speaker, CHANNEL, true, false, via, from, upTo, List.of(last));
    }

    /** An event of which 100 ms remain, reckoned when the publisher's clock showed {@code sentAt}. */
    private static WireMessage aged(AtSubscriber peer, long number, long sentAt) {
        WireMessage event = peer.event("a", number, number - 1);
        event.remaining(100);
        event.sentAt(sentAt);
        return event;
    }

    private static void tellClock(AtSubscriber peer, long micros) {
        Topics.Ask question = peer.lastQuestion();
        peer.publish(
                question.topic(),
                new Control.Numbers(peer.speaker, question.channel(), true, false, false, micros, micros, List.of()));
    }

    private static byte[] changed(byte[] frame, int fromEnd, int octet) {
        byte[] other = frame.clone();
        other[other.length - fromEnd] = (byte) octet;
        return other;
    }

    /** The frame, its one envelope with another length. */
    private static byte[] resized(byte[] frame, int by) {
        byte[] other = Arrays.copyOf(frame, frame.length + by);
        other[5] += (byte) by;
        return other;
    }

    static Map<String, Consumer<AtSubscriber>> rows() {
        Map<String, Consumer<AtSubscriber>> rows = new LinkedHashMap<>();
        confirmations((what, state, test) -> put(rows, what, state, test));
        events((what, state, test) -> put(rows, what, state, test));
        frames((what, state, test) -> put(rows, what, state, test));
        numbers((what, state, test) -> put(rows, what, state, test));
        return rows;
    }

    private interface Rows {

        void row(String what, String state, Consumer<AtSubscriber> test);
    }

    private static void put(
            Map<String, Consumer<AtSubscriber>> rows, String what, String state, Consumer<AtSubscriber> test) {
        assertThat(rows.put(WireConformanceTest.row(what, "subscriber", state), test))
                .isNull();
    }

    private static void confirmations(Rows rows) {
        rows.row("SUBSCRIBED", ASKING, peer -> {
            peer.publish(peer.confirmTopic(), new Control.Subscribed(peer.speaker, CHANNEL, 5));
            assertThat(peer.subscription.publishers()).isEqualTo(1);
        });
        rows.row("SUBSCRIBED that is malformed, or of another channel than its topic's", ASKING, peer -> {
            Control right = new Control.Subscribed(peer.speaker, CHANNEL, 5);
            byte[] frame = WireConformanceTest.frame(right);
            peer.ignores(
                    peer.confirmTopic(),
                    new Control.Subscribed(new PeerId(0, "far", "far-wire"), CHANNEL, 5),
                    new Control.Subscribed(new PeerId(WirePeer.INCARNATION, "Far", "far-wire"), CHANNEL, 5),
                    new Control.Subscribed(new PeerId(WirePeer.INCARNATION, "far", "\u001b[2J"), CHANNEL, 5),
                    new Control.Subscribed(peer.speaker, "far/other", 5),
                    new Control.Subscribed(peer.speaker, CHANNEL, Long.MIN_VALUE));
            peer.ignores(peer.confirmTopic(), resized(frame, -1), resized(frame, 1));
            assertThat(peer.mesh.errors).isNotEmpty().noneMatch(error -> error.contains("\u001b"));
            peer.publish(peer.confirmTopic(), right);
            assertThat(peer.subscription.publishers()).isEqualTo(1);
        });
        rows.row("SUBSCRIBED and another envelope in its frame", ASKING, peer -> {
            Control right = new Control.Subscribed(peer.speaker, CHANNEL, 5);
            peer.publish(peer.confirmTopic(), right, right);
            assertThat(peer.near.counters().malformedFrames()).isEqualTo(1);
            assertThat(peer.subscription.publishers()).isEqualTo(1);
        });
        rows.row("SUBSCRIBED again, with another number", CONFIRMED, peer -> {
            peer.publish(peer.confirmTopic(), new Control.Subscribed(peer.speaker, CHANNEL, 5));
            peer.publish(peer.confirmTopic(), new Control.Subscribed(peer.speaker, CHANNEL, 9));
            assertThat(peer.subscription.publishers()).isEqualTo(1);
            peer.publish(peer.event("a", 10, 7));
            for (int i = 0; i < 60 && peer.gaps.isEmpty(); i++) {
                peer.publish(Topics.heartbeat(), new Control.Heartbeat(WirePeer.INCARNATION, 2000));
                peer.mesh.run(Duration.ofSeconds(1));
            }
            peer.toldGap("a", 5, 7);
        });
        rows.row("HEARTBEAT that is malformed, or under another topic", CONFIRMED, peer -> {
            Control right = new Control.Heartbeat(WirePeer.INCARNATION, 2000);
            byte[] frame = WireConformanceTest.frame(right);
            peer.confirmed(5).ignores(Topics.heartbeat(), new Control.Heartbeat(0, 2000));
            peer.ignores(Topics.heartbeat(), resized(frame, -1), resized(frame, 1));
            peer.ignores(Topics.publication(CHANNEL, ""), right);
            peer.ignores(Topics.numbers(CHANNEL), right);
            peer.goesOn(6);
        });
        rows.row("HEARTBEAT of another incarnation", CONFIRMED, peer -> {
            peer.confirmed(5).publish(aged(peer, 6, 1_000_000));
            tellClock(peer, 2_000_000);
            // Long intervals would have it wait long before it takes silence for an end.
            peer.publish(Topics.heartbeat(), new Control.Heartbeat(STRANGER.incarnation(), 0xFFFF_FFFFL));
            peer.publish(aged(peer, 7, 1));
            assertThat(peer.heard).as("its age is not known any more").containsExactly("a6", "a7");
            peer.goesOn(8);
            int subscribed = peer.far.subscribed.size();
            peer.mesh.run(Duration.ofSeconds(30));
            assertThat(peer.far.subscribed).as("opened afresh").hasSizeGreaterThan(subscribed);
        });
        rows.row("HEARTBEAT with the interval 0, from one that the registry has", CONFIRMED, peer -> {
            peer.confirmed(5).publish(Topics.heartbeat(), new Control.Heartbeat(WirePeer.INCARNATION, 0));
            peer.goesOn(6);
        });
    }

    private static void events(Rows rows) {
        rows.row("EVENT", CONFIRMED, peer -> {
            peer.confirmed(5).publish(peer.event("a", 6, 5));
            assertThat(peer.heard).containsExactly("a6");
            peer.goesOn(7);
        });
        rows.row("EVENT with a number that an event of its subject had", CONFIRMED, peer -> {
            peer.confirmed(5).publish(peer.event("a", 6, 0));
            peer.publish(peer.event("a", 6, 0));
            assertThat(peer.heard).containsExactly("a6");
            peer.goesOn(7);
        });
        rows.row("EVENT with a number below that of one before with its subject", CONFIRMED, peer -> {
            peer.confirmed(5).publish(peer.event("a", 9, 0));
            peer.publish(peer.event("a", 8, 0));
            assertThat(peer.heard).containsExactly("a9");
            peer.goesOn(10);
        });
        rows.row("EVENT, the first of its subject, with a number below that of one before", CONFIRMED, peer -> {
            peer.confirmed(5).publish(peer.event("a", 9, 0));
            peer.publish(peer.event("b", 8, 0));
            peer.publish(peer.event("c", 4, 0));
            assertThat(peer.heard).containsExactly("a9", "b8", "c4");
            peer.goesOn(10);
        });
        rows.row("EVENT whose `previous` has not come", CONFIRMED, peer -> {
            peer.confirmed(5).publish(peer.event("a", 9, 8));
            assertThat(peer.heard).containsExactly("a9");
            peer.toldGap("a", 5, 8);
        });
        rows.row("EVENT that was told as missed", CONFIRMED, peer -> {
            peer.confirmed(5).publish(peer.event("a", 9, 8));
            peer.publish(peer.event("a", 8, 0));
            assertThat(peer.heard).containsExactly("a9");
            peer.toldGap("a", 5, 8);
        });
        rows.row(
                "EVENT whose `remaining` is used up by its age, from a publisher that has told its clock",
                CONFIRMED,
                peer -> {
                    peer.confirmed(5).publish(aged(peer, 6, 1_000_000));
                    assertThat(peer.heard).as("counts from when it is read").containsExactly("a6");
                    tellClock(peer, 2_000_000);
                    peer.publish(aged(peer, 7, 1_500_000));
                    assertThat(peer.heard).containsExactly("a6");
                    peer.publish(aged(peer, 8, 2_500_000));
                    peer.publish(aged(peer, 9, 0));
                    assertThat(peer.heard).as("its frame says nothing").containsExactly("a6", "a8", "a9");
                    peer.goesOn(10);
                });
        rows.row("EVENT with `sent-at`, from a publisher that has not told its clock", CONFIRMED, peer -> {
            long questions = peer.confirmed(5).questions();
            peer.publish(aged(peer, 6, 3_000_000));
            peer.publish(aged(peer, 7, 1));
            assertThat(peer.heard).containsExactly("a6", "a7");
            assertThat(peer.questions()).isEqualTo(questions + 1);
            assertThat(peer.lastQuestion().channel()).isEqualTo("far/parley.clock");
            assertThat(peer.lastQuestion().incarnation()).isEqualTo(WirePeer.INCARNATION);
            peer.goesOn(8);
        });
        rows.row("EVENT of another incarnation, without `parley-via`", CONFIRMED, peer -> {
            peer.confirmed(5).publish(peer.event(STRANGER.incarnation(), "a", 6, 0));
            assertThat(peer.heard).isEmpty();
            peer.goesOn(7);
        });
    }

    private static void frames(Rows rows) {
        rows.row("EVENT under another topic than its own", CONFIRMED, peer -> {
            byte[] event = WireConformanceTest.frame(peer.event("a", 6, 0));
            peer.confirmed(5).ignores(Topics.publication(CHANNEL, "b"), event);
            peer.ignores(Topics.numbers(CHANNEL), event);
            peer.ignores(Topics.heartbeat(), event);
            peer.goesOn(6);
        });
        rows.row("a malformed envelope behind an EVENT in the frame", CONFIRMED, peer -> {
            byte[] event = WireConformanceTest.frame(peer.event("a", 6, 0));
            byte[] both = Arrays.copyOf(event, event.length + 6);
            both[event.length + 3] = 2;
            both[event.length + 4] = 0x7f;
            peer.confirmed(5).publish(Topics.publication(CHANNEL, "a"), both);
            assertThat(peer.heard).containsExactly("a6");
            assertThat(peer.near.counters().malformedFrames()).isEqualTo(1);
            peer.goesOn(7);
        });
        rows.row("an envelope of links", CONFIRMED, peer -> {
            peer.confirmed(5).ignores(Topics.publication(CHANNEL, ""), new Control.Ping(1), new Control.Credit(1, 1));
            peer.ignores(Topics.publication(CHANNEL, ""), WireConformanceTest.frame(peer.far.request(CHANNEL, "x")));
            peer.goesOn(6);
        });
        rows.row("octets that are no frame, or an unknown kind", CONFIRMED, peer -> {
            peer.confirmed(5)
                    .ignores(
                            Topics.publication(CHANNEL, ""),
                            WireConformanceTest.noFrame(),
                            WireConformanceTest.unknownKind(),
                            new byte[0]);
            peer.goesOn(6);
        });
    }

    private static void numbers(Rows rows) {
        rows.row("NUMBERS that names an event that has not come", CONFIRMED, peer -> {
            peer.confirmed(5).publishNumbers(numbers(peer.speaker, false, 5, 8, new LastNumber("a", 8)));
            peer.toldGap("a", 5, 8);
            peer.publish(peer.event("a", 8, 0));
            assertThat(peer.heard).as("told as missed").isEmpty();
        });
        rows.row("NUMBERS again, or of less than before", CONFIRMED, peer -> {
            Control.Numbers first = numbers(peer.speaker, false, 5, 8, new LastNumber("a", 8));
            peer.confirmed(5).publishNumbers(first);
            long questions = peer.questions();
            peer.publishNumbers(first);
            peer.publishNumbers(numbers(peer.speaker, false, 2, 7, new LastNumber("a", 7)));
            peer.toldGap("a", 5, 8);
            assertThat(peer.questions()).isEqualTo(questions);
        });
        rows.row("NUMBERS whose `from` is above what is known", CONFIRMED, peer -> {
            long questions = peer.confirmed(5).questions();
            peer.publishNumbers(numbers(peer.speaker, false, 7, 9, new LastNumber("a", 9)));
            peer.toldGap("a", 5, 9);
            assertThat(peer.questions()).isEqualTo(questions + 1);
            assertThat(peer.lastQuestion().after()).isEqualTo(5);
        });
        rows.row("NUMBERS that is malformed, or of another channel than its topic's", CONFIRMED, peer -> {
            PeerId own = peer.speaker;
            byte[] right = WireConformanceTest.frame(numbers(own, false, 5, 8, new LastNumber("a", 8)));
            byte[] none = WireConformanceTest.frame(numbers(own, false, 5, 8));
            peer.confirmed(5)
                    .ignores(
                            Topics.numbers(CHANNEL),
                            numbers(own, false, 8, 7),
                            numbers(own, false, 5, Long.MIN_VALUE),
                            numbers(own, false, 5, 8, new LastNumber("a", 9)),
                            numbers(own, false, 5, 8, new LastNumber("a", 5)),
                            numbers(own, false, 5, 8, new LastNumber("a", 7), new LastNumber("b", 7)),
                            numbers(own, false, 5, 8, new LastNumber("a", 8), new LastNumber("b", 7)),
                            numbers(new PeerId(0, "far", "far-wire"), false, 5, 8, new LastNumber("a", 8)),
                            numbers(new PeerId(own.incarnation(), "far", " "), false, 5, 8, new LastNumber("a", 8)),
                            new Control.Numbers(
                                    own, "far/other", false, false, false, 5, 8, List.of(new LastNumber("a", 8))));
            peer.ignores(Topics.numbers(CHANNEL), resized(right, -1), resized(right, 1), changed(none, 17, 8));
            peer.ignores(Topics.publication(CHANNEL, ""), right);
            peer.goesOn(6);
        });
        rows.row("NUMBERS and another envelope in its frame", CONFIRMED, peer -> {
            peer.confirmed(5)
                    .publishNumbers(
                            numbers(peer.speaker, false, 5, 8, new LastNumber("a", 8)),
                            numbers(peer.speaker, false, 8, 9, new LastNumber("a", 9)));
            assertThat(peer.near.counters().malformedFrames()).isEqualTo(1);
            peer.toldGap("a", 5, 8);
        });
        rows.row("NUMBERS of another incarnation without flag 2, or of the feed's with it", CONFIRMED, peer -> {
            long questions = peer.confirmed(5).questions();
            peer.publishNumbers(numbers(STRANGER, false, 7, 8, new LastNumber("a", 8)));
            peer.publishNumbers(numbers(peer.speaker, true, 7, 8, new LastNumber("a", 8)));
            assertThat(peer.questions()).isEqualTo(questions);
            peer.goesOn(6);
        });
        rows.row("NUMBERS under an ask-topic, of another incarnation than was asked for", ASKING, peer -> {
            byte[] topic = peer.lastQuestion().topic();
            peer.publish(topic, answer(STRANGER, false, 5, 8, new LastNumber("a", 8)));
            assertThat(peer.gaps).isEmpty();
            assertThat(peer.far.unsubscribed).noneMatch(prefix -> Arrays.equals(prefix, topic));
            peer.confirmed(5).goesOn(6);
        });
        rows.row("NUMBERS under an ask-topic for a clock, of 0", CONFIRMED, peer -> {
            peer.confirmed(5).publish(aged(peer, 6, 3_000_000));
            byte[] topic = peer.lastQuestion().topic();
            tellClock(peer, 0);
            assertThat(peer.far.unsubscribed).anyMatch(prefix -> Arrays.equals(prefix, topic));
            peer.publish(aged(peer, 7, 1));
            assertThat(peer.heard).containsExactly("a6", "a7");
            peer.goesOn(8);
        });
        rows.row("NUMBERS under an ask-topic, the last part", ASKING, peer -> {
            byte[] topic = peer.lastQuestion().topic();
            peer.publish(topic, answer(peer.speaker, false, 5, 8, new LastNumber("a", 8)));
            peer.toldGap("a", 5, 8);
            assertThat(peer.far.unsubscribed).anyMatch(prefix -> Arrays.equals(prefix, topic));
        });
    }
}
