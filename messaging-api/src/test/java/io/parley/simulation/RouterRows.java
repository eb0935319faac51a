package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.failure.FaultCode;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.Reject;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.simulation.WirePeer.Wire;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The rows of {@link WireConformanceTest} for routers, on links: what is passed on, and what comes back. Stateless. */
final class RouterRows {

    private static final String THERE = "an instance is there";
    private static final String PASSED_ON = "passed it on";
    private static final PeerName HAND = new PeerName("hand", "hand-wire");
    private static final PeerName STRANGER = new PeerName("far", "far-1");

    private RouterRows() {}

    private static WireMessage by(PeerName sender, WireMessage message) {
        return message.withHead(message.head.from(sender));
    }

    private static WireMessage via(WireMessage message) {
        message.addHeader(AtRouter.VIA, "router/another");
        return message;
    }

    private static WireMessage of(long incarnation, WireMessage message) {
        var other = new WireMessage(message.head, new MessageId(incarnation, message.id.sequence()));
        other.fillFrom(message);
        return other;
    }

    private interface Rows {

        void row(String what, String state, Consumer<AtRouter> test);
    }

    static Map<String, Consumer<AtRouter>> rows() {
        Map<String, Consumer<AtRouter>> all = new LinkedHashMap<>();
        Rows rows = (what, state, test) -> assertThat(all.put(WireConformanceTest.row(what, "router", state), test))
                .isNull();
        onward(rows);
        refusals(rows);
        answers(rows);
        instances(rows);
        diallers(rows);
        return all;
    }

    private static void onward(Rows rows) {
        rows.row("REQUEST to a channel of another service", THERE, peer -> {
            peer.passedOn(peer.request());
            WireMessage onward = peer.orders.messages().get(0);
            assertThat(onward.head.sender()).isEqualTo(HAND);
            assertThat(onward.remaining()).isBetween(59_000L, 60_000L);
            assertThat(WirePeer.text(onward)).isEqualTo("question");
            peer.nothing();
        });
        rows.row("ONE-WAY to a channel of another service", THERE, peer -> {
            peer.passedOn(peer.note());
            assertThat(peer.orders.messages().get(0).head.sender()).isEqualTo(HAND);
            peer.nothing();
        });
        rows.row("REQUEST or ONE-WAY with `sender`", THERE, peer -> {
            peer.passedOn(by(STRANGER, peer.request()));
            peer.passedOn(by(STRANGER, peer.note()));
            assertThat(peer.orders.messages()).allMatch(onward -> STRANGER.equals(onward.head.sender()));
            peer.nothing();
        });
        rows.row("ONE-WAY with the id of one before", THERE, peer -> {
            WireMessage note = peer.note();
            peer.passedOn(note);
            peer.passedOn(note);
            peer.nothing();
        });
    }

    private static void refusals(Rows rows) {
        rows.row(
                "REQUEST or ONE-WAY with `parley-via`",
                THERE,
                peer -> peer.refuses(FaultCode.NO_INSTANCE, via(peer.request()), via(peer.note())));
        rows.row(
                "REQUEST or ONE-WAY whose id is not of the dialler's incarnation",
                THERE,
                peer -> peer.refuses(FaultCode.UNAUTHORIZED, of(7, peer.request()), of(7, peer.note())));
        rows.row("REQUEST to what can be no channel", THERE, peer -> {
            for (String channel : List.of("orders", "Orders/place", "orders/", "/place", "orders/ü", "\u001b[2J/x")) {
                peer.refuses(FaultCode.UNKNOWN_CHANNEL, peer.hand.request(channel, "?"));
            }
        });
        rows.row("REQUEST whose `remaining` is 0", THERE, peer -> {
            WireMessage late = peer.request();
            late.remaining(0);
            peer.refuses(FaultCode.TOO_LATE, late);
        });
        rows.row("REQUEST with the id of one that is not answered", THERE, peer -> {
            WireMessage request = peer.request();
            peer.passedOn(request);
            peer.say(request);
            peer.toldFault(FaultCode.UNAUTHORIZED, request.id);
            peer.wire.said.clear();
            assertThat(peer.orders.messages()).hasSize(1);
            peer.answer(peer.orders.reply(request.id, "answer"));
            assertThat(WirePeer.text(peer.back())).isEqualTo("answer");
        });
        rows.row("REQUEST or ONE-WAY whose fields have no room for `sender` and `parley-via`", THERE, peer -> {
            for (WireMessage message : List.of(peer.request(), peer.note())) {
                message.addHeader("filling", "x".repeat(65_455));
                peer.refuses(FaultCode.INVALID_PAYLOAD, message);
            }
        });
        rows.row("REQUEST or ONE-WAY", "no instance is known, or reached", peer -> {
            peer.orders.answering((wire, envelope) -> {});
            for (WireMessage message : List.of(
                    peer.hand.request("nobody/x", "?"),
                    peer.hand.oneWay("nobody/x", "?"),
                    peer.request(),
                    peer.note())) {
                message.remaining(5_000);
                peer.wire = peer.dial(peer.hand, 1 << 20);
                peer.say(message);
                peer.mesh.run(Duration.ofSeconds(6));
                peer.toldFault(FaultCode.NO_INSTANCE, message.id);
            }
        });
        rows.row("HELLO that means an instance behind it", "nothing was said", peer -> {
            Wire other = peer.hand.dial(peer.router.self().address());
            other.send(peer.hand.hello(1, 1, peer.orders.speaker().incarnation()));
            peer.mesh.settle();
            assertThat(other.said(Reject.class)).extracting(Reject::code).containsExactly(Reject.INCARNATION);
            assertThat(other.down).isTrue();
        });
        rows.row(
                "ONE-WAY to its channel `guests`",
                "of a service that it does not announce",
                peer -> peer.refuses(
                        FaultCode.UNAUTHORIZED,
                        peer.hand.oneWay("router/guests", "inmem://a inmem://b hand/x=publish")));
        rows.row("ONE-WAY to its channel `guests`, malformed", "of a service that it announces", peer -> {
            var guest = new WirePeer(peer.mesh, "guest").as(7);
            peer.wire = peer.dial(guest, 1 << 20);
            for (String payload : List.of("", "inmem://a", "inmem://a inmem://b guest/x=shout", "a b far/x=publish")) {
                peer.refuses(FaultCode.INVALID_PAYLOAD, guest.oneWay("router/guests", payload));
            }
        });
    }

    private static void answers(Rows rows) {
        rows.row("REPLY or FAULT to a REQUEST", PASSED_ON, peer -> {
            peer.answer(peer.orders.reply(peer.passedOn(peer.request()), "answer"));
            assertThat(WirePeer.text(peer.back())).isEqualTo("answer");
            assertThat(peer.back().head.sender()).isEqualTo(new PeerName("orders", "orders-wire-1"));
            peer.wire.said.clear();
            MessageId second = peer.passedOn(peer.request());
            peer.answer(peer.orders.fault(second, 200, "text"));
            assertThat(peer.back().fault()).isEqualTo(200);
            assertThat(peer.back().inReplyTo).isEqualTo(second);
            assertThat(WirePeer.text(peer.back())).isEqualTo("text");
            assertThat(peer.back().head.sender()).isEqualTo(new PeerName("orders", "orders-wire-1"));
        });
        rows.row("REPLY or FAULT with `sender`", PASSED_ON, peer -> {
            peer.answer(by(STRANGER, peer.orders.reply(peer.passedOn(peer.request()), "answer")));
            peer.answer(by(STRANGER, peer.orders.fault(peer.passedOn(peer.note()), 2, "busy")));
            assertThat(peer.wire.said(WireMessage.class))
                    .hasSize(2)
                    .allMatch(back -> STRANGER.equals(back.head.sender()));
        });
        rows.row("REPLY or FAULT, a second one", PASSED_ON, peer -> {
            MessageId asked = peer.passedOn(peer.request());
            peer.answer(peer.orders.reply(asked, "answer"));
            peer.wire.said.clear();
            peer.answer(peer.orders.reply(asked, "again"));
            peer.answer(peer.orders.fault(asked, 2, "busy"));
            peer.nothing();
            assertThat(peer.router.counters().lateReplies()).isEqualTo(2);
        });
        rows.row("REPLY or FAULT to an unknown message of another", PASSED_ON, peer -> {
            peer.passedOn(peer.request());
            peer.answer(peer.orders.reply(new MessageId(WirePeer.INCARNATION, 4711), "x"));
            peer.answer(peer.orders.fault(new MessageId(4711, 1), 2, "x"));
            peer.nothing();
            assertThat(peer.router.counters().lateReplies()).isEqualTo(2);
        });
        rows.row("REPLY or FAULT by another instance than has it", PASSED_ON, peer -> {
            List<MessageId> ids = List.of(peer.passedOn(peer.request()), peer.passedOn(peer.note()));
            var other = new WirePeer(peer.mesh, "orders").announce(AtRouter.ORDERS, 2);
            peer.mesh.settle();
            Wire wire = other.accepted.get(0);
            ids.forEach(id -> wire.send(other.reply(id, "not mine"), other.fault(id, 2, "not mine")));
            peer.mesh.settle();
            assertThat(wire.down).isFalse();
            peer.nothing();
            peer.answer(peer.orders.reply(ids.get(0), "mine"));
            assertThat(WirePeer.text(peer.back())).isEqualTo("mine");
            peer.wire.said.clear();
            peer.answer(peer.orders.fault(ids.get(1), 2, "mine"));
            assertThat(WirePeer.text(peer.back())).isEqualTo("mine");
        });
        rows.row("FAULT to a ONE-WAY", PASSED_ON, peer -> {
            MessageId told = peer.passedOn(peer.note());
            peer.answer(peer.orders.fault(told, 2, "busy"));
            peer.toldFault(FaultCode.BUSY, told);
            assertThat(peer.back().head.sender()).isEqualTo(new PeerName("orders", "orders-wire-1"));
            peer.wire.said.clear();
            peer.answer(peer.orders.fault(told, 2, "busy"));
            peer.nothing();
        });
        rows.row("REPLY to a ONE-WAY", PASSED_ON, peer -> {
            peer.answer(peer.orders.reply(peer.passedOn(peer.note()), "x"));
            peer.nothing();
        });
        rows.row("FAULT, larger than the dialler takes", PASSED_ON, peer -> {
            peer.wire = peer.dial(peer.hand, 1024);
            for (WireMessage message : List.of(peer.note(), peer.request())) {
                peer.wire.said.clear();
                peer.answer(peer.orders.fault(peer.passedOn(message), 6, "x".repeat(5000)));
                peer.toldFault(FaultCode.INVALID_PAYLOAD, message.id);
            }
            assertThat(peer.behind().down).isFalse();
        });
        rows.row("REPLY, larger than the dialler takes", PASSED_ON, peer -> {
            peer.wire = peer.dial(peer.hand, 1024);
            MessageId asked = peer.passedOn(peer.request());
            peer.answer(peer.orders.reply(asked, "x".repeat(5000)));
            peer.toldFault(FaultCode.UNSENDABLE_REPLY, asked);
        });
    }

    private static void instances(Rows rows) {
        rows.row("GOING-AWAY of an instance", PASSED_ON, peer -> {
            MessageId asked = peer.passedOn(peer.request());
            peer.behind().send(new Control.GoingAway(60_000));
            peer.mesh.settle();
            var other = new WirePeer(peer.mesh, "orders").announce(AtRouter.ORDERS, 2);
            peer.mesh.settle();
            peer.say(peer.request());
            assertThat(peer.orders.messages()).hasSize(1);
            assertThat(other.messages()).hasSize(1);
            peer.answer(peer.orders.reply(asked, "answer"));
            assertThat(peer.back().inReplyTo).isEqualTo(asked);
        });
        rows.row("GOING-AWAY of the only instance", PASSED_ON, peer -> {
            MessageId asked = peer.passedOn(peer.request());
            peer.behind().send(new Control.GoingAway(60_000));
            peer.mesh.settle();
            WireMessage next = peer.request();
            next.remaining(5_000);
            peer.say(next);
            peer.mesh.run(Duration.ofSeconds(6));
            assertThat(peer.orders.messages()).hasSize(1);
            peer.toldFault(FaultCode.NO_INSTANCE, next.id);
            peer.wire.said.clear();
            peer.answer(peer.orders.reply(asked, "answer"));
            assertThat(peer.back().inReplyTo).isEqualTo(asked);
        });
        rows.row("the end of the link to the instance", PASSED_ON, peer -> {
            peer.orders.answering((wire, envelope) -> {
                if (envelope instanceof Control.Hello) {
                    Control.Welcome plain = peer.orders.welcome();
                    wire.send(new Control.Welcome(1, plain.speaker(), plain.terms(), "", false, true));
                } else {
                    peer.orders.welcome(wire, envelope);
                }
            });
            List<MessageId> ids = List.of(peer.passedOn(peer.request()), peer.passedOn(peer.note()));
            peer.behind().send(new Reject(Reject.QUIET, "enough"));
            peer.mesh.settle();
            assertThat(peer.wire.said(WireMessage.class))
                    .hasSize(2)
                    .allMatch(fault -> fault.fault() == FaultCode.LINK_LOST.wireValue())
                    .extracting(fault -> fault.inReplyTo)
                    .containsExactlyInAnyOrderElementsOf(ids);
        });
        rows.row("REQUEST", "its instances have granted no more", peer -> {
            peer.orders.answering((wire, envelope) -> {
                if (envelope instanceof Control.Hello) {
                    wire.send(
                            new Control.Welcome(1, peer.orders.speaker(), new Control.LinkLimits(1 << 20, 1, 1 << 20)));
                } else {
                    peer.orders.welcome(wire, envelope);
                }
            });
            MessageId first = peer.passedOn(peer.request());
            WireMessage second = peer.request();
            second.remaining(5_000);
            peer.say(second, peer.request());
            peer.mesh.run(Duration.ofSeconds(4));
            peer.nothing();
            assertThat(peer.orders.messages()).hasSize(1);
            peer.mesh.run(Duration.ofSeconds(2));
            peer.toldFault(FaultCode.BUSY, second.id);
            peer.wire.said.clear();
            peer.answer(peer.orders.reply(first, "answer"));
            peer.behind().send(new Control.Credit(2, 1 << 20));
            peer.mesh.settle();
            assertThat(peer.orders.messages()).as("the third").hasSize(2);
        });
    }

    private static void diallers(Rows rows) {
        rows.row("CANCEL", PASSED_ON, peer -> {
            MessageId asked = peer.passedOn(peer.request());
            peer.say(new Control.Cancel(asked.incarnation(), asked.sequence()));
            assertThat(peer.cancels()).containsExactly(new Control.Cancel(asked.incarnation(), asked.sequence()));
            peer.answer(peer.orders.reply(asked, "too late"));
            peer.nothing();
        });
        rows.row("CANCEL of another dialler's REQUEST", PASSED_ON, peer -> {
            MessageId asked = peer.passedOn(peer.request());
            Wire stranger = peer.dial(new WirePeer(peer.mesh, "stranger").as(9), 1 << 20);
            stranger.send(new Control.Cancel(asked.incarnation(), asked.sequence()));
            peer.mesh.settle();
            assertThat(peer.cancels()).isEmpty();
            peer.answer(peer.orders.reply(asked, "answer"));
            assertThat(WirePeer.text(peer.back())).isEqualTo("answer");
        });
        rows.row("the end of the dialler's link", PASSED_ON, peer -> {
            MessageId asked = peer.passedOn(peer.request());
            peer.say(new Reject(Reject.QUIET, "enough"));
            assertThat(peer.cancels()).containsExactly(new Control.Cancel(asked.incarnation(), asked.sequence()));
        });
        rows.row("RESPONSE to a SURVEY that it has not passed on", "after WELCOME", peer -> {
            peer.say(peer.hand.response(new MessageId(4711, 1), "x"));
            peer.say(peer.hand.fault(new MessageId(4711, 1), 2, "x"));
            peer.nothing();
            assertThat(peer.router.counters().unclaimedReplies()).isEqualTo(2);
        });
    }
}
