package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.RouterOptions;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.LastNumber;
import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.Topics.Ask;
import io.parley.internal.wire.WireMessage;
import io.parley.message.PeerName;
import io.parley.simulation.WirePeer.Wire;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The rows of {@link WireConformanceTest} for routers, on feeds: publications, surveys, and what others subscribe to. Stateless. */
final class RouterFeedRows {

    private static final String NEWS = "press/news";
    private static final String POLL = "press/poll";
    private static final String UNWANTED = "nobody has subscribed to the channel";
    private static final String FOLLOWING = "somebody has subscribed to the channel";
    private static final String PASSED_ON = "passed it on";
    private static final long NONCE = 0x0102_0300_0500_0708L;
    private static final PeerName PRESS = new PeerName("press", "press-wire-1");

    private RouterFeedRows() {}

    /** A router between a publisher and a subscriber that are both made by hand. */
    static final class AtRelay {

        final Simulation mesh = new Simulation(25);
        final WirePeer press = new WirePeer(mesh, "press")
                .announce(
                        Map.of(
                                ChannelName.parse(NEWS),
                                InteractionStyle.PUBLISH,
                                ChannelName.parse(POLL),
                                InteractionStyle.SURVEY),
                        1);
        final WirePeer hand = new WirePeer(mesh, "hand");
        final Peer router = mesh.open(mesh.builder("router")
                .limits(Limits.defaults().withMaxMessageBytes(1 << 20))
                .forwarding(RouterOptions.defaults().withMaxHeldBytes(1 << 20)));
        final WireFeed sub = new WireFeed(mesh, hand, router.self().publishAddress());

        AtRelay following(String channel) {
            sub.subscribe(Topics.subscription(channel, ""));
            assertThat(press.subscribed).anyMatch(prefix -> Arrays.equals(prefix, Topics.subscription(channel, "")));
            return this;
        }

        /** The publisher has confirmed the router's own subscription. */
        AtRelay confirmed(long number) {
            byte[] topic = wanted(prefix -> NEWS.equals(Topics.confirmedChannel(prefix)));
            press.publish(topic, WireConformanceTest.frame(new Control.Subscribed(press.speaker(), NEWS, number)));
            return this;
        }

        /** What the router subscribed to last that is so. */
        byte[] wanted(Predicate<byte[]> what) {
            List<byte[]> all = press.subscribed.stream().filter(what).toList();
            assertThat(all).isNotEmpty();
            return all.get(all.size() - 1);
        }

        void publish(WireMessage message) {
            press.publish(
                    Topics.publication(String.valueOf(message.channel()), message.subject()),
                    WireConformanceTest.frame(message));
        }

        WireMessage event(String subject, long number) {
            return press.publication(EnvelopeKind.EVENT, NEWS, subject, number, number - 1);
        }

        WireMessage survey(long number) {
            WireMessage survey = press.publication(EnvelopeKind.SURVEY, POLL, "", number, number - 1);
            survey.remaining(60_000);
            return survey;
        }

        void publish(Numbers numbers) {
            press.publish(Topics.numbers(NEWS), WireConformanceTest.frame(numbers));
        }

        Numbers numbers(boolean via) {
            return new Numbers(press.speaker(), NEWS, false, false, via, 5, 6, List.of(new LastNumber("a", 6)));
        }

        PeerId speaker() {
            return new PeerId(
                    router.self().incarnation(), "router", router.self().name());
        }

        List<Control.Subscribed> confirmations() {
            return sub.heard(Control.Subscribed.class);
        }

        Wire responder() {
            Wire wire = hand.dial(router.self().address()).sayHello();
            mesh.settle();
            wire.said.clear();
            return wire;
        }

        /** Answers from there; nothing comes back. */
        void respond(Wire wire, WireMessage... responses) {
            wire.send(responses);
            mesh.settle();
            assertThat(wire.said).isEmpty();
            assertThat(wire.down).isFalse();
        }
    }

    private interface Rows {

        void row(String what, String state, Consumer<AtRelay> test);
    }

    static Map<String, Consumer<AtRelay>> rows() {
        Map<String, Consumer<AtRelay>> all = new LinkedHashMap<>();
        Rows rows = (what, state, test) -> assertThat(all.put(WireConformanceTest.row(what, "router", state), test))
                .isNull();
        subscriptions(rows);
        publications(rows);
        numbers(rows);
        surveys(rows);
        return all;
    }

    private static void subscriptions(Rows rows) {
        rows.row("a channel-topic of another service", UNWANTED, peer -> {
            assertThat(peer.press.subscribed).isEmpty();
            peer.following(NEWS);
            assertThat(peer.sub.heard).isEmpty();
        });
        rows.row("a channel-topic of what can be no channel", UNWANTED, peer -> {
            peer.sub.subscribe(
                    Topics.subscription("Press/news", ""),
                    Topics.subscription("press", ""),
                    Topics.subscription("press/", ""),
                    Topics.subscription("press/" + "x".repeat(128), ""));
            assertThat(peer.press.subscribed).isEmpty();
            assertThat(peer.sub.heard).isEmpty();
            peer.following(NEWS);
        });
        rows.row("a confirm-topic, numbers-topic or ask-topic of another service", UNWANTED, peer -> {
            long incarnation = peer.press.speaker().incarnation();
            peer.sub.subscribe(
                    Topics.confirmation(NONCE, NEWS),
                    Topics.numbers(NEWS),
                    new Ask(NONCE, incarnation, 0, 0, NEWS).topic());
            peer.mesh.run(Duration.ofSeconds(10));
            assertThat(peer.press.subscribed).isEmpty();
            assertThat(peer.sub.heard).isEmpty();
        });
        rows.row("a confirm-topic", FOLLOWING, peer -> {
            peer.following(NEWS).sub.subscribe(Topics.confirmation(NONCE, NEWS));
            assertThat(peer.sub.heard).as("its own is not in force").isEmpty();
            peer.confirmed(5);
            List<Control.Subscribed> both = List.of(
                    new Control.Subscribed(peer.press.speaker(), NEWS, 5),
                    new Control.Subscribed(peer.speaker(), NEWS, 0));
            assertThat(peer.confirmations()).isEqualTo(both);
            peer.sub.heard.clear();
            new WireFeed(peer.mesh, peer.hand, peer.router.self().publishAddress())
                    .subscribe(Topics.confirmation(NONCE, NEWS));
            assertThat(peer.confirmations()).as("once more").isEqualTo(both);
        });
        rows.row("the last unsubscription from a channel of another service", FOLLOWING, peer -> {
            peer.following(NEWS).sub.unsubscribe(Topics.subscription(NEWS, ""));
            assertThat(peer.press.unsubscribed).hasSameSizeAs(peer.press.subscribed);
            peer.publish(peer.event("a", 6));
            assertThat(peer.sub.heard).isEmpty();
        });
        rows.row("SUBSCRIBED by another publisher", "after SUBSCRIBED", peer -> {
            peer.following(NEWS).confirmed(5).sub.subscribe(Topics.confirmation(NONCE, NEWS));
            peer.sub.heard.clear();
            var other = new WirePeer(peer.mesh, "press")
                    .announce(Map.of(ChannelName.parse(NEWS), InteractionStyle.PUBLISH), 2);
            peer.mesh.settle();
            byte[] topic = other.subscribed.stream()
                    .filter(prefix -> Topics.confirmedChannel(prefix) != null)
                    .findFirst()
                    .orElseThrow();
            var confirmation = new Control.Subscribed(other.speaker(), NEWS, 3);
            other.publish(topic, WireConformanceTest.frame(confirmation));
            assertThat(peer.confirmations()).containsExactly(confirmation);
        });
    }

    private static void publications(Rows rows) {
        rows.row("EVENT", FOLLOWING, peer -> {
            WireMessage event = peer.event("a", 6);
            peer.following(NEWS).publish(event);
            assertThat(peer.sub.events()).containsExactly("a6");
            WireMessage onward = peer.sub.heard(WireMessage.class).get(0);
            assertThat(onward.id).isEqualTo(event.id);
            assertThat(onward.previous()).isEqualTo(5);
            assertThat(onward.head.sender()).isEqualTo(PRESS);
            assertThat(onward.applicationHeaders())
                    .containsEntry("parley-via", "router/" + peer.router.self().name());
        });
        rows.row("EVENT or SURVEY with `parley-via`", FOLLOWING, peer -> {
            peer.following(NEWS).following(POLL);
            for (WireMessage message : List.of(peer.event("a", 6), peer.survey(6))) {
                message.addHeader("parley-via", "router/another");
                peer.publish(message);
            }
            assertThat(peer.sub.heard).isEmpty();
            assertThat(peer.mesh.errors).isNotEmpty();
            peer.publish(peer.event("a", 7));
            assertThat(peer.sub.events()).containsExactly("a7");
        });
        rows.row("EVENT whose fields have no room for `sender` and `parley-via`", FOLLOWING, peer -> {
            WireMessage full = peer.event("a", 6);
            full.addHeader("filling", "x".repeat(65_455));
            peer.following(NEWS).publish(full);
            assertThat(peer.sub.heard).isEmpty();
            assertThat(peer.mesh.errors).isNotEmpty();
            peer.publish(peer.event("a", 7));
            assertThat(peer.sub.events()).containsExactly("a7");
        });
    }

    private static void numbers(Rows rows) {
        rows.row("NUMBERS without flag 2", FOLLOWING, peer -> {
            // The subscription to the numbers may come before the one to the channel.
            peer.sub.subscribe(Topics.numbers(NEWS));
            peer.following(NEWS).publish(peer.numbers(false));
            assertThat(peer.sub.heard(Numbers.class)).containsExactly(peer.numbers(true));
            peer.sub.unsubscribe(Topics.subscription(NEWS, ""));
            peer.following(NEWS).publish(peer.numbers(false));
            assertThat(peer.sub.heard(Numbers.class)).containsExactly(peer.numbers(true), peer.numbers(true));
        });
        rows.row("NUMBERS with flag 2", FOLLOWING, peer -> {
            peer.following(NEWS).sub.subscribe(Topics.numbers(NEWS));
            peer.publish(peer.numbers(true));
            assertThat(peer.sub.heard).isEmpty();
        });
        rows.row("an ask-topic with a publisher's incarnation", FOLLOWING, peer -> {
            long incarnation = peer.press.speaker().incarnation();
            byte[] topic = new Ask(NONCE, incarnation, 5, 7, NEWS).topic();
            peer.following(NEWS).sub.subscribe(topic);
            Ask onward = Topics.asked(peer.wanted(prefix -> Topics.asked(prefix) != null));
            assertThat(onward).isNotNull();
            assertThat(onward).isEqualTo(new Ask(onward.nonce(), incarnation, 5, 7, NEWS));
            assertThat(onward.nonce()).isNotEqualTo(NONCE);
            var answer =
                    new Numbers(peer.press.speaker(), NEWS, true, false, false, 5, 6, List.of(new LastNumber("a", 6)));
            peer.press.publish(onward.topic(), WireConformanceTest.frame(answer));
            assertThat(peer.sub.heard).containsExactly(answer.passedOn());
        });
        rows.row("an ask-topic with an incarnation that is no publisher's", FOLLOWING, peer -> {
            peer.following(NEWS);
            int before = peer.press.subscribed.size();
            peer.sub.subscribe(
                    new Ask(NONCE, 4711, 5, 0, NEWS).topic(),
                    new Ask(NONCE, peer.router.self().incarnation(), 5, 0, NEWS).topic());
            assertThat(peer.press.subscribed).hasSize(before);
            assertThat(peer.sub.heard).isEmpty();
        });
    }

    private static void surveys(Rows rows) {
        rows.row("SURVEY", FOLLOWING, peer -> {
            WireMessage survey = peer.survey(6);
            peer.following(POLL).publish(survey);
            peer.publish(survey);
            WireMessage onward = peer.sub.heard(WireMessage.class).get(0);
            assertThat(peer.sub.heard).as("once").hasSize(1);
            assertThat(onward.id).isEqualTo(survey.id);
            assertThat(onward.remaining()).isEqualTo(60_000);
            assertThat(onward.head.sender()).isEqualTo(PRESS);
        });
        rows.row("RESPONSE, or FAULT in its place", PASSED_ON, peer -> {
            WireMessage survey = peer.survey(6);
            peer.following(POLL).publish(survey);
            WireMessage named = peer.hand.response(survey.id, "named");
            var stranger = new PeerName("far", "far-1");
            peer.respond(
                    peer.responder(),
                    peer.hand.response(survey.id, "one"),
                    peer.hand.response(survey.id, "two"),
                    peer.hand.fault(survey.id, 3, "three"),
                    named.withHead(named.head.from(stranger)));
            assertThat(peer.press.messages())
                    .extracting(WirePeer::text)
                    .containsExactly("one", "two", "three", "named");
            var hand = new PeerName("hand", "hand-wire");
            assertThat(peer.press.messages())
                    .extracting(response -> response.head.sender())
                    .containsExactly(hand, hand, hand, stranger);
        });
        rows.row("RESPONSE, or FAULT in its place, after twice the time that remained", PASSED_ON, peer -> {
            WireMessage survey = peer.survey(6);
            survey.remaining(1_000);
            peer.following(POLL).publish(survey);
            Wire wire = peer.responder();
            peer.mesh.run(Duration.ofMillis(1_900));
            peer.respond(wire, peer.hand.response(survey.id, "late"), peer.hand.fault(survey.id, 3, "late"));
            assertThat(peer.press.messages()).isEmpty();
            assertThat(peer.router.counters().lateResponses()).isEqualTo(2);
        });
        rows.row("RESPONSE, more than it may hold", PASSED_ON, peer -> {
            // Nobody welcomes the router's link to the surveyor, so that all responses wait.
            peer.press.answering((wire, envelope) -> {});
            WireMessage survey = peer.survey(6);
            peer.following(POLL).publish(survey);
            Wire wire = peer.responder();
            String large = "x".repeat(200_000);
            for (int i = 0; i < 20; i++) {
                wire.send(peer.hand.response(survey.id, large));
            }
            peer.mesh.settle();
            assertThat(wire.said(Control.Reject.class)).isEmpty();
            assertThat(wire.down).isFalse();
            assertThat(peer.mesh.errors).anyMatch(error -> error.contains("holds as many messages as it may"));
        });
    }
}
