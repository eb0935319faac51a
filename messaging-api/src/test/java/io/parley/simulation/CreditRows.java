package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.channel.PointToPointChannel;
import io.parley.failure.Outcome;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.Reject;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.simulation.WireConformanceTest.AtAcceptor;
import io.parley.simulation.WireConformanceTest.AtDialler;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The rows of {@link WireConformanceTest} for FINISHED, CREDIT-WANTED and envelopes of feeds, on links that are welcome. Stateless. */
final class CreditRows {

    private static final PointToPointChannel<byte[]> FAR_TELL = PointToPointChannel.of("far/tell", byte[].class);

    /** FINISHED with the range from 1 to 1. */
    private static final String FIRST_RANGE = "0000000000000001 00000001";

    private CreditRows() {}

    static Map<String, Consumer<AtAcceptor>> acceptors() {
        Map<String, Consumer<AtAcceptor>> rows = new LinkedHashMap<>();
        rows.put("FINISHED", peer -> {
            peer.welcomed().say(new Control.Finished(List.of(1L), List.of(1)));
            peer.rejects(Reject.MALFORMED);
        });
        rows.put(
                "SUBSCRIBED, HEARTBEAT or NUMBERS",
                peer -> FeedRows.controls(peer.hand.welcome().speaker()).forEach(control -> {
                    var own = new AtAcceptor();
                    own.welcomed().say(control);
                    own.rejects(Reject.MALFORMED);
                }));
        rows.put("CREDIT-WANTED of more than was granted", peer -> wantsMore(peer, true));
        rows.put("CREDIT-WANTED, though the dialler has not said `credit-wanted`", peer -> wantsMore(peer, false));
        rows.put("CREDIT-WANTED of no more than was granted", peer -> {
            Control.LinkLimits granted = welcomed(peer, true);
            peer.say(new Control.CreditWanted(granted.bytes()));
            peer.say(new Control.CreditWanted(0));
            peer.nothing();
        });
        rows.put("CREDIT-WANTED of more than was granted, by a dialler that has not used what it has", unused -> {
            var peer = new AtAcceptor(1024);
            Control.LinkLimits granted = welcomed(peer, true);
            peer.say(new Control.CreditWanted(Long.MAX_VALUE));
            peer.nothing();
            long used = use(peer, 10_000);
            assertThat(lastCredit(peer)).isEqualTo(used + granted.maxFrame());
            peer.isAlive();
        });
        rows.put("CREDIT-WANTED of 2^63", peer -> {
            welcomed(peer, true);
            peer.say(new Control.CreditWanted(Long.MIN_VALUE));
            peer.rejects(Reject.MALFORMED);
        });
        return rows;
    }

    /** What was used of the window is too little for a new grant, until the dialler asks for it. */
    private static void wantsMore(AtAcceptor peer, boolean says) {
        Control.LinkLimits granted = welcomed(peer, says);
        long used = use(peer, 30_000);
        peer.nothing();
        peer.wire.said.clear();
        peer.say(new Control.CreditWanted(used + granted.bytes()));
        assertThat(lastCredit(peer)).isEqualTo(used + granted.bytes());
        peer.isAlive();
    }

    private static Control.LinkLimits welcomed(AtAcceptor peer, boolean creditWanted) {
        Control.Hello plain = peer.hand.hello(1, 1, 0);
        peer.say(new Control.Hello(1, 1, plain.speaker(), 0, plain.terms(), false, false, creditWanted));
        Control.LinkLimits granted =
                peer.wire.said(Control.Welcome.class).get(0).terms();
        peer.wire.said.clear();
        return granted;
    }

    /** Has a ONE-WAY handled; answers what it used. */
    private static long use(AtAcceptor peer, int payload) {
        byte[] frame = WireConformanceTest.frame(peer.hand.oneWay("victim/tell", "x".repeat(payload)));
        peer.say(frame);
        assertThat(peer.handled).containsExactly(payload + " octets");
        return frame.length - 2;
    }

    private static long lastCredit(AtAcceptor peer) {
        List<Control.Credit> credits = peer.wire.said(Control.Credit.class);
        assertThat(credits).isNotEmpty();
        return credits.get(credits.size() - 1).bytes();
    }

    static Map<String, Consumer<AtDialler>> diallers() {
        Map<String, Consumer<AtDialler>> rows = new LinkedHashMap<>();
        rows.put("CREDIT-WANTED", peer -> {
            peer.welcomed().say(new Control.CreditWanted(1 << 20));
            peer.rejects();
        });
        rows.put(
                "SUBSCRIBED, HEARTBEAT or NUMBERS",
                peer -> FeedRows.controls(peer.far.welcome().speaker()).forEach(control -> {
                    var own = new AtDialler();
                    own.welcomed().say(control);
                    own.rejects();
                }));
        rows.put("FINISHED of a ONE-WAY", peer -> {
            tells(peer, "one", "two");
            peer.say(new Control.Finished(List.of(1L), List.of(1)));
            peer.nothing();
            assertThat(lostWithTheLink(peer)).containsExactly("two");
        });
        rows.put("FINISHED of a ONE-WAY that is finished", peer -> {
            tells(peer, "one", "two");
            peer.say(new Control.Finished(List.of(1L, 1L), List.of(1, 1)));
            peer.say(new Control.Finished(List.of(1L), List.of(1)));
            peer.nothing();
            assertThat(lostWithTheLink(peer)).containsExactly("two");
        });
        rows.put("FINISHED of a number that was not sent", peer -> {
            tells(peer, "one", "two");
            peer.say(new Control.Finished(List.of(3L), List.of(1)));
            peer.rejects();
        });
        rows.put("FINISHED of several ranges, of which one was not sent", peer -> {
            tells(peer, "one", "two");
            peer.say(new Control.Finished(List.of(1L, 2L), List.of(1, 2)));
            peer.rejects();
            assertThat(lost(peer)).containsExactly("one", "two");
        });
        rows.put("FINISHED without a range, or with the number 0, the count 0 or one of 2^31", unused -> Stream.of(
                        "",
                        "0000000000000000 00000001",
                        "0000000000000001 00000000",
                        "0000000000000001 80000000",
                        FIRST_RANGE + "00")
                .forEach(ranges -> {
                    var peer = new AtDialler();
                    tells(peer, "one");
                    byte[] body = WireConformanceTest.hex("0f" + ranges);
                    byte[] frame = new byte[6 + body.length];
                    frame[0] = 0x50;
                    frame[1] = 1;
                    frame[5] = (byte) body.length;
                    System.arraycopy(body, 0, frame, 6, body.length);
                    peer.say(frame);
                    peer.rejects();
                }));
        rows.put("FINISHED, though WELCOME did not say `finished`", peer -> {
            tell(peer.welcomed(), "one");
            peer.say(new Control.Finished(List.of(1L), List.of(1)));
            peer.rejects();
        });
        return rows;
    }

    /** Has it send ONE-WAYs on a link that tells which are finished. */
    private static void tells(AtDialler peer, String... payloads) {
        Control.Welcome plain = peer.far.welcome();
        peer.onHello = wire -> wire.send(new Control.Welcome(1, plain.speaker(), plain.terms(), "", false, true));
        tell(peer.dialled(), payloads);
    }

    private static void tell(AtDialler peer, String... payloads) {
        for (String payload : payloads) {
            peer.near.sender(FAR_TELL).sendAsync(payload.getBytes(StandardCharsets.UTF_8));
        }
        peer.mesh.settle();
        assertThat(peer.wire().said(WireMessage.class))
                .filteredOn(message -> message.kind() == EnvelopeKind.ONE_WAY)
                .hasSize(payloads.length);
    }

    private static List<String> lostWithTheLink(AtDialler peer) {
        peer.say(new Reject(Reject.QUIET, "enough"));
        return lost(peer);
    }

    private static List<String> lost(AtDialler peer) {
        assertThat(peer.mesh.deadLetters).allMatch(letter -> letter.outcome() == Outcome.UNKNOWN);
        return peer.mesh.deadLetters.stream()
                .map(letter -> new String(letter.payload(), StandardCharsets.UTF_8))
                .toList();
    }
}
