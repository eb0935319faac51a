package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.observe.ReservedChannels;
import io.parley.simulation.WirePeer.Wire;
import io.parley.transport.Port;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A bulk link, octet by octet: one end is a peer, the other one made by hand. In virtual time. */
class BulkWireTest {

    private static final PointToPointChannel<byte[]> TELL = PointToPointChannel.of("far/tell", byte[].class);
    private static final PointToPointChannel<byte[]> ELSE = PointToPointChannel.of("far/else", byte[].class);
    private static final int LARGE = 200_000;
    private static final long TOKEN = 0x1234_5678_9ABC_DEF0L;

    private final Simulation mesh = new Simulation(3);

    /** A message in chunks, each in a frame. */
    private static List<byte[]> chunks(WireMessage message) {
        byte[] beginning = FrameWriter.beginningOf(message);
        byte[] envelope = Arrays.copyOf(beginning, beginning.length + message.payloadLength());
        message.copyPayload(0, envelope, beginning.length, message.payloadLength());
        var frames = new ArrayList<byte[]>();
        for (int at = 0; at < envelope.length; at += FrameFormat.CHUNK) {
            int length = Math.min(FrameFormat.CHUNK, envelope.length - at);
            var frame = new byte[FrameFormat.CHUNK_OVERHEAD + length];
            Frames.beginChunk(frame, envelope.length - at - length, length);
            System.arraycopy(envelope, at, frame, FrameFormat.CHUNK_OVERHEAD, length);
            frames.add(frame);
        }
        return frames;
    }

    /** How many messages are complete in what was heard. */
    private static long complete(Wire wire) {
        return wire.said(Control.Chunk.class).stream()
                .filter(chunk -> chunk.rest() == 0)
                .count();
    }

    @Nested
    class WithAPeerThatSends {

        private final WirePeer far = new WirePeer(mesh, "far")
                .announce("far/tell", InteractionStyle.ONE_WAY)
                .announce("far/else", InteractionStyle.ONE_WAY);
        private final WirePeer bulk = new WirePeer(mesh, "bulk", far.port.address() + "-bulk");
        private final List<Port> ports = new ArrayList<>();
        private Peer near;
        private Wire link;
        private Wire bulkLink;

        /** Where the acceptor says that the bulk link is to be dialled. */
        private String at = bulk.port.address();

        @BeforeEach
        void open() {
            open(wire -> wire.send(new Control.BulkHello(TOKEN)));
        }

        private void open(Consumer<Wire> greeting) {
            far.answering((wire, envelope) -> {
                if (envelope instanceof Control.Hello hello) {
                    assertThat(hello.bulk()).isTrue();
                    wire.send(new Control.Welcome(
                            1,
                            new Control.PeerId(WirePeer.INCARNATION, "far", "far-wire"),
                            new Control.LinkLimits(64 << 20, 1000, 64 << 20),
                            "",
                            true));
                } else if (envelope instanceof Control.BulkWanted) {
                    wire.send(new Control.BulkAt(TOKEN, at));
                }
            });
            bulk.answering((wire, envelope) -> {
                if (envelope instanceof Control.BulkHello hello) {
                    assertThat(hello.token()).isEqualTo(TOKEN);
                    greeting.accept(wire);
                }
            });
            near = mesh.open(mesh.builder("near").transport(new BulkTransport(mesh, ports::add)));
            mesh.settle();
            tell(0);
            mesh.settle();
            link = far.accepted.get(0);
            bulkLink = bulk.accepted.isEmpty() ? link : bulk.accepted.get(0);
        }

        private void tell(int more) {
            near.sender(TELL).sendAsync(new byte[LARGE + more]);
        }

        @Test
        void shouldSendTheFirstOverTheLinkAndAskForABulkLinkMeanwhile() {
            assertThat(link.said(Control.BulkWanted.class)).hasSize(1);
            assertThat(complete(link)).isEqualTo(1);
            assertThat(bulkLink.said).containsExactly(new Control.BulkHello(TOKEN));
        }

        @Test
        void shouldCallForWhatHasArrivedInItsTurn() {
            int before = link.said.size();
            tell(1);
            near.sender(TELL).sendAsync(new byte[] {7});
            near.sender(ELSE).sendAsync(new byte[] {8});
            mesh.settle();
            assertThat(complete(bulkLink)).isEqualTo(1);
            List<Object> said = link.said.subList(before, link.said.size());
            assertThat(said)
                    .as("another channel need not wait")
                    .singleElement()
                    .isInstanceOfSatisfying(WireMessage.class, message -> assertThat(message.channel())
                            .isEqualTo("far/else"));
            bulkLink.send(new Control.BulkArrived(1));
            mesh.settle();
            assertThat(link.said.get(before + 1)).isEqualTo(new Control.BulkNext(1));
            assertThat(link.said.get(before + 2))
                    .as("what waited behind it, in one chunk")
                    .isInstanceOfSatisfying(Control.Chunk.class, chunk -> {
                        assertThat(chunk.rest()).isZero();
                        assertThat(new String(chunk.octets(), StandardCharsets.ISO_8859_1))
                                .contains("far/tell");
                    });
        }

        @Test
        void shouldHaveNoMoreUnderWayThanIsAgreed() {
            for (int i = 0; i < 20; i++) {
                tell(i);
            }
            mesh.settle();
            assertThat(complete(bulkLink)).isEqualTo(8);
            bulkLink.send(new Control.BulkArrived(3));
            mesh.settle();
            assertThat(complete(bulkLink)).isEqualTo(11);
            assertThat(link.said(Control.BulkNext.class)).hasSize(3);
        }

        @Test
        void shouldHaveTwoOfTheLargestUnderWay() {
            for (int i = 0; i < 5; i++) {
                tell(3_000_000);
            }
            mesh.settle();
            assertThat(complete(bulkLink)).isEqualTo(2);
        }

        @Test
        void shouldSendOverTheLinkWhatHadNotArrivedWhenTheBulkLinkBroke() {
            tell(1);
            tell(2);
            mesh.settle();
            bulkLink.send(new Control.BulkArrived(1));
            mesh.settle();
            severBulkLink();
            mesh.settle();
            assertThat(link.said(Control.BulkNext.class)).hasSize(1);
            assertThat(link.said(Control.BulkOver.class)).hasSize(1);
            assertThat(complete(link))
                    .as("the first of all, and the one that is repeated")
                    .isEqualTo(2);
            assertThat(bulkLink.down).isTrue();
        }

        private void severBulkLink() {
            for (Port port : ports) {
                mesh.network.sever(port.address(), bulk.port.address());
            }
        }

        @Test
        void shouldEndTheLinkOverWordOfArrivalsThatCannotBe() {
            bulkLink.send(new Control.BulkArrived(1));
            mesh.settle();
            assertThat(link.said(Control.Reject.class)).singleElement().satisfies(reject -> assertThat(reject.code())
                    .isEqualTo(Control.Reject.MALFORMED));
        }

        private void assertEndedAsMalformed() {
            assertThat(link.said).last().isInstanceOfSatisfying(Control.Reject.class, reject -> assertThat(
                            reject.code())
                    .isEqualTo(Control.Reject.MALFORMED));
            assertThat(link.down).isTrue();
        }

        @Test
        void aSecondOfferEndsTheLinkWithAWord() {
            link.send(new Control.BulkAt(TOKEN + 1, bulk.port.address()));
            mesh.settle();
            assertEndedAsMalformed();
            assertThat(bulk.accepted).as("nobody is dialled again").hasSize(1);
        }

        @Test
        void arrivalsThatFallEndTheLink() {
            tell(1);
            tell(2);
            mesh.settle();
            bulkLink.send(new Control.BulkArrived(2));
            mesh.settle();
            bulkLink.send(new Control.BulkArrived(2));
            mesh.settle();
            assertThat(link.down).as("the same again").isFalse();
            bulkLink.send(new Control.BulkArrived(1));
            mesh.settle();
            assertEndedAsMalformed();
        }

        @Test
        void anAnswerWithAnotherTokenOrAgainEndsTheLink() {
            bulkLink.send(new Control.BulkHello(TOKEN));
            mesh.settle();
            assertEndedAsMalformed();
        }

        @Test
        void aDiallerIsNotAskedForABulkLink() {
            link.send(new Control.BulkWanted());
            mesh.settle();
            assertEndedAsMalformed();
        }

        @Test
        void whatIsToldBeforeTheGreetingEndsTheLink() {
            for (Control early : List.of(new Control.BulkArrived(0), new Control.Chunk(0, new byte[] {1}, 0, 1))) {
                var own = new BulkWireTest().new WithAPeerThatSends();
                own.open(wire -> wire.send(early));
                assertThat(own.link.said(Control.Reject.class)).hasSize(1);
            }
        }

        @Test
        void anAddressThatCannotBeDialledIsAnsweredThatItIsOver() {
            var own = new BulkWireTest().new WithAPeerThatSends();
            own.at = "";
            own.open(wire -> {});
            assertThat(own.link.said(Control.BulkOver.class)).hasSize(1);
            assertThat(complete(own.link)).isEqualTo(1);
            assertThat(own.link.down).isFalse();
        }

        @Test
        void shouldStopWhenToldThatItIsOver() {
            tell(1);
            mesh.settle();
            link.send(new Control.BulkOver());
            mesh.settle();
            assertThat(link.said(Control.BulkOver.class)).hasSize(1);
            assertThat(complete(link)).isEqualTo(2);
            bulkLink.send(new Control.BulkArrived(1));
            mesh.settle();
            assertThat(link.said(Control.Reject.class)).isEmpty();
        }
    }

    /** One end of a link on which one side does not know of bulk links. */
    @Nested
    class WithoutAgreement {

        @Test
        void anAcceptorEndsTheLinkOverAnyEnvelopeOfBulkLinks() {
            Peer far = mesh.open(mesh.builder("far").transport(new BulkTransport(mesh, port -> {})));
            var near = new WirePeer(mesh, "near");
            for (Control control : all()) {
                Wire link = near.dial(far.self().address()).sayHello();
                mesh.settle();
                assertThat(link.said(Control.Welcome.class)).hasSize(1);
                link.send(control);
                mesh.settle();
                assertEndedAsMalformed(link);
            }
        }

        @Test
        void aDiallerEndsTheLinkOverAnyEnvelopeOfBulkLinks() {
            for (Control control : all()) {
                var own = new Simulation(4);
                var far = new WirePeer(own, "far").announce("far/tell", InteractionStyle.ONE_WAY);
                Peer near = own.open(own.builder("near").transport(new BulkTransport(own, port -> {})));
                near.sender(TELL).sendAsync(new byte[1]);
                own.settle();
                Wire link = far.accepted.get(0);
                link.send(control);
                own.settle();
                assertEndedAsMalformed(link);
            }
        }

        private static List<Control> all() {
            return List.of(
                    new Control.BulkWanted(),
                    new Control.BulkAt(TOKEN, "inmem://elsewhere"),
                    new Control.BulkHello(TOKEN),
                    new Control.BulkArrived(1),
                    new Control.BulkNext(1),
                    new Control.BulkOver());
        }

        private static void assertEndedAsMalformed(Wire link) {
            assertThat(link.said).last().isInstanceOfSatisfying(Control.Reject.class, reject -> assertThat(
                            reject.code())
                    .isEqualTo(Control.Reject.MALFORMED));
            assertThat(link.down).isTrue();
        }
    }

    @Nested
    class WithAPeerThatReceives {

        private final WirePeer near = new WirePeer(mesh, "near");
        private final List<Integer> received = new ArrayList<>();
        private Peer far;
        private Wire link;
        private Wire bulkLink;

        @BeforeEach
        void open() {
            far = mesh.open(mesh.builder("far").transport(new BulkTransport(mesh, port -> {})));
            far.receive(TELL, HandlerOptions.serial(), message -> received.add(message.payload().length));
            mesh.settle();
            link = near.dial(far.self().address());
            Control.Hello plain = near.hello(1, 1, 0);
            link.send(new Control.Hello(1, 1, plain.speaker(), 0, plain.terms(), true));
            mesh.settle();
            assertThat(link.said(Control.Welcome.class)).singleElement().matches(Control.Welcome::bulk);
            link.send(new Control.BulkWanted());
            mesh.settle();
            Control.BulkAt at = link.said(Control.BulkAt.class).get(0);
            bulkLink = near.dial(at.address());
            bulkLink.send(new Control.BulkHello(at.token()));
            mesh.settle();
            assertThat(bulkLink.said).containsExactly(new Control.BulkHello(at.token()));
        }

        private void send(int size) {
            chunks(near.oneWay("far/tell", "x".repeat(size))).forEach(bulkLink::send);
            mesh.settle();
        }

        private List<Long> told() {
            return bulkLink.said(Control.BulkArrived.class).stream()
                    .map(Control.BulkArrived::count)
                    .toList();
        }

        private void assertEndedAsMalformed() {
            assertThat(link.said(Control.Reject.class)).singleElement().satisfies(reject -> assertThat(reject.code())
                    .isEqualTo(Control.Reject.MALFORMED));
            Wire next = near.dial(far.self().address()).sayHello();
            next.send(near.oneWay("far/tell", "still there"));
            mesh.settle();
            assertThat(received).contains("still there".length());
        }

        @Test
        void shouldHandleWhatArrivedOnlyWhenItIsCalledFor() {
            send(LARGE);
            assertThat(told()).containsExactly(1L);
            link.send(near.oneWay("far/tell", "before"));
            mesh.settle();
            assertThat(received).containsExactly(6);
            link.send(new Control.BulkNext(1));
            link.send(near.oneWay("far/tell", "behind it"));
            mesh.settle();
            assertThat(received).containsExactly(6, LARGE, 9);
        }

        @Test
        void shouldTellOfNoMoreThanItHoldsUntilSomeIsCalledFor() {
            for (int i = 0; i < 10; i++) {
                send(LARGE + i);
            }
            assertThat(told()).endsWith(8L);
            link.send(new Control.BulkNext(1));
            mesh.settle();
            assertThat(told()).endsWith(9L);
            assertThat(link.said(Control.Reject.class)).isEmpty();
        }

        @Test
        void shouldEndTheLinkWhenMoreComesThanMayBeUnderWay() {
            for (int i = 0; i < 17; i++) {
                send(LARGE);
            }
            assertEndedAsMalformed();
        }

        @Test
        void shouldEndTheLinkWhenSomethingIsCalledForThatIsNotThere() {
            link.send(new Control.BulkNext(1));
            mesh.settle();
            assertEndedAsMalformed();
        }

        @Test
        void shouldEndTheLinkWhenSomethingIsCalledForOutOfTurn() {
            send(LARGE);
            send(LARGE);
            link.send(new Control.BulkNext(2));
            mesh.settle();
            assertEndedAsMalformed();
        }

        @Test
        void shouldEndTheLinkOverOctetsThatAreNoFrame() {
            bulkLink.send(new byte[] {1, 2, 3});
            mesh.settle();
            assertEndedAsMalformed();
        }

        @Test
        void shouldEndTheLinkOverAMessageThatIsNotInChunks() {
            bulkLink.send(near.oneWay("far/tell", "small"));
            mesh.settle();
            assertEndedAsMalformed();
        }

        @Test
        void shouldEndTheLinkOverWordOfArrivalsThere() {
            link.send(new Control.BulkArrived(1));
            mesh.settle();
            assertEndedAsMalformed();
        }

        @Test
        void shouldDropWhatWasNotCalledForWhenItIsOver() {
            send(LARGE);
            link.send(new Control.BulkOver());
            mesh.settle();
            assertThat(link.said(Control.BulkOver.class)).hasSize(1);
            chunks(near.oneWay("far/tell", "y".repeat(LARGE + 1))).forEach(link::send);
            mesh.settle();
            assertThat(received).containsExactly(LARGE + 1);
            link.send(new Control.BulkNext(1));
            mesh.settle();
            assertEndedAsMalformed();
        }

        @Test
        void shouldHangUpOnWhoDoesNotKnowWhatToSayFirst() {
            Control.BulkAt at = link.said(Control.BulkAt.class).get(0);
            for (Control first : List.of(new Control.BulkHello(at.token() + 1), new Control.BulkHello(at.token()))) {
                Wire stranger = near.dial(at.address());
                stranger.send(first);
                chunks(near.oneWay("far/tell", "x".repeat(LARGE))).forEach(stranger::send);
                mesh.settle();
                assertThat(stranger.said).isEmpty();
                assertThat(stranger.down).as("hung up on").isTrue();
            }
            send(LARGE);
            assertThat(told()).as("the link that was there").containsExactly(1L);
        }

        @Test
        void shouldTellWhenTheBulkLinkIsGoneAndGoOnWithoutIt() {
            near.port.execute(() -> bulkLink.link.close());
            mesh.run(Duration.ofSeconds(1));
            assertThat(link.said(Control.BulkOver.class)).hasSize(1);
            chunks(near.oneWay("far/tell", "x".repeat(LARGE))).forEach(link::send);
            mesh.settle();
            assertThat(received).containsExactly(LARGE);
        }

        @Test
        void nothingStaysReservedForWhatWasNotCalledForWhenTheLinkEnds() {
            Peer looker = mesh.open("looker");
            WireMessage response =
                    near.message(SharedFields.of(EnvelopeKind.RESPONSE).of("String", "text/plain"));
            response.inReplyTo = response.id;
            response.payload(new byte[LARGE]);
            chunks(response).forEach(bulkLink::send);
            mesh.settle();
            assertThat(told()).containsExactly(1L);
            assertThat(unfinished(looker)).isGreaterThanOrEqualTo(LARGE);
            near.port.execute(link.link::close);
            mesh.run(Duration.ofSeconds(1));
            assertThat(unfinished(looker)).isZero();
        }

        /** What the peer has reserved for answers that are not complete. */
        private long unfinished(Peer looker) {
            var state = looker.requestorTo(far.self(), ReservedChannels.state("far"))
                    .requestAsync(new byte[0]);
            mesh.until(state::isDone);
            Matcher part = Pattern.compile(
                            "\"name\":\"unfinished answers\",\"capacityBytes\":\\d+,\"reservedBytes\":(\\d+)")
                    .matcher(new String(state.join(), StandardCharsets.UTF_8));
            assertThat(part.find()).isTrue();
            return Long.parseLong(part.group(1));
        }
    }
}
