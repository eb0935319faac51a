package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.RouterOptions;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.failure.FaultCode;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.simulation.WirePeer.Wire;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A router between a dialler and an instance that are both made by hand, for {@link RouterRows}. Confined to a simulation's thread. */
final class AtRouter {

    private static final String PLACE = "orders/place";
    private static final String NOTE = "orders/note";
    static final Map<ChannelName, InteractionStyle> ORDERS = Map.of(
            ChannelName.parse(PLACE), InteractionStyle.REQUEST, ChannelName.parse(NOTE), InteractionStyle.ONE_WAY);
    static final String VIA = "parley-via";

    final Simulation mesh = new Simulation(24);
    final WirePeer orders = new WirePeer(mesh, "orders").announce(ORDERS, 1);
    final WirePeer hand = new WirePeer(mesh, "hand");
    final Peer router =
            mesh.open(mesh.builder("router").forwarding(RouterOptions.defaults().withGuests(Set.of("guest"))));
    Wire wire = dial(hand, 1 << 20);

    AtRouter() {
        mesh.settle();
    }

    /** A welcome link, of somebody who takes frames of that size. */
    Wire dial(WirePeer by, int maxFrame) {
        Wire dialled = by.dial(router.self().address());
        dialled.send(new Control.Hello(1, 1, by.speaker(), 0, new Control.LinkLimits(maxFrame, 1000, 1 << 20)));
        mesh.settle();
        assertThat(dialled.said).hasSize(1).first().isInstanceOf(Control.Welcome.class);
        dialled.said.clear();
        return dialled;
    }

    AtRouter say(WireMessage... messages) {
        wire.send(messages);
        mesh.settle();
        return this;
    }

    void say(Control control) {
        wire.send(control);
        mesh.settle();
    }

    WireMessage request() {
        return hand.request(PLACE, "question");
    }

    WireMessage note() {
        return hand.oneWay(NOTE, "note");
    }

    /** Says it, and finds it passed on. */
    MessageId passedOn(WireMessage message) {
        int before = orders.messages().size();
        say(message);
        assertThat(orders.messages()).hasSize(before + 1).last().satisfies(onward -> {
            assertThat(onward.id).isEqualTo(message.id);
            assertThat(onward.kind()).isEqualTo(message.kind());
            assertThat(onward.applicationHeaders())
                    .containsEntry(VIA, "router/" + router.self().name());
        });
        return message.id;
    }

    Wire behind() {
        return orders.accepted.get(0);
    }

    void answer(WireMessage answer) {
        behind().send(answer);
        mesh.settle();
    }

    /** The one message that has come back. */
    WireMessage back() {
        assertThat(wire.said(WireMessage.class)).hasSize(1);
        return wire.said(WireMessage.class).get(0);
    }

    void refuses(FaultCode code, WireMessage... messages) {
        for (WireMessage message : messages) {
            wire.said.clear();
            say(message);
            toldFault(code, message.id);
        }
        assertThat(orders.messages()).isEmpty();
    }

    void toldFault(FaultCode code, MessageId of) {
        assertThat(back().fault()).isEqualTo(code.wireValue());
        assertThat(back().inReplyTo).isEqualTo(of);
    }

    /** Nothing came back, and the links live. */
    void nothing() {
        wire.said.removeIf(Control.Ping.class::isInstance);
        assertThat(wire.said).isEmpty();
        for (Wire each : orders.accepted) {
            assertThat(each.down).isFalse();
        }
        say(new Control.Ping(4711));
        assertThat(wire.said).containsExactly(new Control.Pong(4711));
        wire.said.clear();
    }

    List<Control.Cancel> cancels() {
        return orders.heard.stream()
                .filter(Control.Cancel.class::isInstance)
                .map(Control.Cancel.class::cast)
                .toList();
    }
}
