package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.Limits;
import io.parley.channel.InteractionStyle;
import io.parley.failure.TooLargeException;
import io.parley.failure.UnencodableException;
import io.parley.internal.dispatch.ChannelTarget;
import io.parley.internal.dispatch.InboundMessage;
import io.parley.internal.dispatch.ReplyPath;
import io.parley.internal.dispatch.Unhandled;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.wire.ChunkAssembler;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.LinkLimits;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.MalformedFrameException;
import io.parley.internal.wire.RepeatedEnvelopes;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.TextCache;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.transport.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What waits for a link: packed into frames, under credit, and kept while the link has no room. */
class SendBufferTest {

    private static final FrameVisitor NOBODY = new FrameVisitor() {
        @Override
        public void onControl(Control control) {}

        @Override
        public void onMessage(WireMessage message) {}
    };

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final List<byte[]> frames = new ArrayList<>();
    private final PeerContext core = TestCore.bound(
            environment, Limits.defaults().withMaxMessageBytes(1024).withWindow(4, 200_000));
    private int room = Integer.MAX_VALUE;
    private int drained;
    private long sequence;

    private final Link link = new Link() {
        @Override
        public boolean send(byte[] frame) {
            if (frames.size() >= room) {
                return false;
            }
            frames.add(frame);
            return true;
        }

        @Override
        public void close() {}
    };

    private final SendBuffer outbox = new SendBuffer(core, link, () -> drained++, () -> {});

    private WireMessage message(int payload) {
        return new WireMessage(SharedFields.of(EnvelopeKind.ONE_WAY).on("a/b"), new MessageId(1, ++sequence))
                .payload(new byte[payload]);
    }

    private WireMessage reply(int payload) {
        var message = new WireMessage(SharedFields.of(EnvelopeKind.REPLY), new MessageId(1, ++sequence));
        message.inReplyTo = new MessageId(2, 1);
        return message.payload(new byte[payload]);
    }

    @Test
    void shouldTakeNothingBeforeItIsOpenOrAfterItIsClosed() {
        assertThat(outbox.offer(message(1))).isEqualTo(Verdict.CLOSED);
        assertThat(outbox.add(reply(1))).isFalse();
        outbox.open(new LinkLimits(100_000, 10, 100_000));
        assertThat(outbox.offer(message(1))).isEqualTo(Verdict.ACCEPTED);
        outbox.close();
        assertThat(outbox.offer(message(1))).isEqualTo(Verdict.CLOSED);
        environment.run();
        assertThat(frames).isEmpty();
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void shouldPackWhatWaitsIntoOneFrameInOrder() {
        outbox.open(new LinkLimits(100_000, 10, 100_000));
        outbox.offer(message(10));
        outbox.add(new Control.Ping(7));
        outbox.add(reply(20));
        outbox.offer(message(30));
        assertThat(outbox.isEmpty()).isFalse();
        environment.run();
        assertThat(frames).hasSize(1);
        assertThat(RecordingLink.read(frames.get(0))).containsExactly(1L, new Control.Ping(7), 2L, 3L);
        assertThat(outbox.isEmpty()).isTrue();
        outbox.offer(message(1));
        environment.run();
        assertThat(frames).hasSize(2);
    }

    @Test
    void shouldBeginANewFrameWhereOneGrowsTooLarge() {
        outbox.open(new LinkLimits(150_000, 100, 10_000_000));
        for (int i = 0; i < 5; i++) {
            outbox.offer(message(30_000));
        }
        outbox.offer(message(120_000));
        outbox.offer(message(1));
        environment.run();
        assertThat(frames.stream().map(frame -> RecordingLink.read(frame).size()))
                .containsExactly(2, 2, 1, 1, 1);
        assertThat(frames).allSatisfy(frame -> assertThat(frame.length).isLessThanOrEqualTo(150_000));
        assertThat(frames.stream().flatMap(frame -> RecordingLink.read(frame).stream()))
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void shouldSendWhatIsLargeInChunksWithOthersInBetweenAndTheSameChannelBehind() throws MalformedFrameException {
        outbox.open(new LinkLimits(1_000_000, 100, 10_000_000));
        WireMessage large = message(300_000);
        new Random(1).nextBytes(large.octets());
        outbox.offer(large);
        outbox.add(reply(10));
        outbox.offer(message(20));
        assertThat(outbox.backlog()).isGreaterThan(300_000);
        environment.run();
        assertThat(frames).allSatisfy(frame -> assertThat(frame.length).isLessThanOrEqualTo(65_536));
        var assembly = new ChunkAssembler(1_000_000, NOBODY, Runnable::run, frame -> {});
        var arrived = new ArrayList<Object>();
        for (byte[] frame : frames) {
            for (Object envelope : RecordingLink.read(frame)) {
                WireMessage whole =
                        envelope instanceof Control.Chunk chunk ? assembly.add(chunk, new TextCache()) : null;
                if (whole != null) {
                    arrived.add(whole.id.sequence());
                    assertThat(whole.copyOfPayload())
                            .isEqualTo(whole.id.sequence() == 1 ? large.octets() : new byte[20]);
                } else if (envelope instanceof Long) {
                    arrived.add(envelope);
                }
            }
        }
        assertThat(arrived)
                .as("the reply does not wait, the channel's next message does")
                .containsExactly(2L, 1L, 3L);
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(outbox.backlog()).isZero();
    }

    @Test
    void shouldGiveBackWhatWasNotSentInWhole() {
        room = 2;
        outbox.open(new LinkLimits(1_000_000, 100, 10_000_000));
        outbox.offer(message(300_000));
        outbox.offer(message(20));
        environment.run();
        assertThat(frames).hasSize(2);
        assertThat(outbox.close().stream().map(message -> message.id.sequence()))
                .containsExactly(1L, 2L);
        assertThat(outbox.backlog()).isZero();
    }

    @Test
    void shouldKeepFramesWithinWhatTheReceiverTakesHoweverSmallThatIs() {
        outbox.open(new LinkLimits(1024, 100, 100_000));
        for (int i = 0; i < 20; i++) {
            outbox.offer(message(300));
        }
        environment.run();
        assertThat(frames).hasSizeGreaterThan(5).allSatisfy(frame -> assertThat(frame.length)
                .isLessThanOrEqualTo(1024));
        assertThat(frames.stream()
                        .mapToInt(frame -> RecordingLink.read(frame).size())
                        .sum())
                .isEqualTo(20);
    }

    @Test
    void shouldRefuseWhatIsTooLargeOrCannotBeWrittenAndLeaveNoTraceOfIt() {
        outbox.open(new LinkLimits(1024, 2, 100_000));
        outbox.offer(message(10));
        assertThatThrownBy(() -> outbox.offer(message(1100))).isInstanceOf(TooLargeException.class);
        assertThatThrownBy(() -> outbox.add(reply(1100))).isInstanceOf(TooLargeException.class);
        WireMessage unencodable = message(1);
        unencodable.details().key = "\ud800";
        assertThatThrownBy(() -> outbox.offer(unencodable)).isInstanceOf(UnencodableException.class);
        assertThat(outbox.offer(message(10))).as("no credit was used up").isEqualTo(Verdict.ACCEPTED);
        environment.run();
        assertThat(frames).hasSize(1);
        assertThat(RecordingLink.read(frames.get(0))).containsExactly(1L, 5L);
    }

    @Test
    void shouldTakeTheLargestEnvelopeThatFitsAndNotOneOctetMore() {
        outbox.open(new LinkLimits(1024, 10, 100_000));
        int most = 1024 - FrameFormat.OVERHEAD - (5 + 16 + 1 + 2 + 3 + 3);
        outbox.offer(message(most));
        assertThatThrownBy(() -> outbox.offer(message(most + 1))).isInstanceOf(TooLargeException.class);
        environment.run();
        assertThat(frames.get(0)).hasSize(1024);
    }

    @Test
    void shouldHoldToItsCreditInMessagesAndOctets() {
        outbox.open(new LinkLimits(20_000, 2, 10_000));
        assertThat(outbox.onCredit(new Control.Credit(2, 10_000)))
                .as("nobody was turned away")
                .isFalse();
        assertThat(outbox.offer(message(1))).isEqualTo(Verdict.ACCEPTED);
        assertThat(outbox.offer(message(9_990))).isEqualTo(Verdict.NO_CREDIT);
        assertThat(outbox.offer(message(1))).isEqualTo(Verdict.ACCEPTED);
        assertThat(outbox.offer(message(1))).isEqualTo(Verdict.NO_CREDIT);
        assertThat(outbox.add(reply(1))).as("answers need none").isTrue();
        assertThat(outbox.onCredit(new Control.Credit(1, 1))).isTrue();
        assertThat(outbox.offer(message(1))).as("a total never falls").isEqualTo(Verdict.NO_CREDIT);
        outbox.onCredit(new Control.Credit(3, 10_000));
        assertThat(outbox.offer(message(1))).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void shouldLeaveCreditToSmallMessagesWhenThoseThatAreNotSmallHaveUsedTheirs() {
        outbox.open(new LinkLimits(100_000, 1_000, 640_000));
        while (outbox.offer(message(30_000)) == Verdict.ACCEPTED) {
            assertThat(sequence).isLessThan(640_000 / 30_000);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(outbox.offer(message(10))).isEqualTo(Verdict.ACCEPTED);
        }
        assertThat(outbox.offer(message(30_000))).isEqualTo(Verdict.NO_CREDIT);
    }

    @Test
    void shouldKeepWhatTheLinkHasNoRoomForAndGoOnInOrder() {
        room = 1;
        outbox.open(new LinkLimits(100_000, 100, 1_000_000));
        for (int i = 0; i < 3; i++) {
            outbox.offer(message(60_000));
        }
        environment.run();
        assertThat(frames).hasSize(1);
        assertThat(outbox.isEmpty()).isFalse();
        assertThat(drained).isZero();
        assertThat(outbox.backlog()).isGreaterThan(60_000);
        outbox.offer(message(1));
        environment.run();
        room = 10;
        outbox.flush();
        assertThat(frames.stream().flatMap(frame -> RecordingLink.read(frame).stream()))
                .containsExactly(1L, 2L, 3L, 4L);
        assertThat(drained).isEqualTo(1);
        assertThat(outbox.backlog()).isZero();
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void shouldGrantNothingToADiallerThatDoesNotReadItsAnswers() {
        var requests = new ArrayList<WireMessage>();
        var inbound = new InboundLink(
                new LinkContext(core),
                new InboundLink.Owner() {
                    @Override
                    public boolean hasRoom() {
                        return true;
                    }

                    @Override
                    public void onReady(InboundLink ready) {}

                    @Override
                    public InboundMessage received(ReplyPath on, SharedFields head, MessageId id) {
                        return new Unhandled.Nobody(core, InteractionStyle.ONE_WAY).received(on, head, id);
                    }

                    @Override
                    public void onMessage(InboundMessage message) {
                        requests.add(message);
                    }

                    @Override
                    public void onLateMessage(InboundMessage message) {
                        throw new AssertionError("nothing is late");
                    }

                    @Override
                    public void onRepeats(ReplyPath on, ChannelTarget to, RepeatedEnvelopes repeats, long firstNumber) {
                        throw new AssertionError("nothing repeats");
                    }

                    @Override
                    public void onFrameRead() {}

                    @Override
                    public void onResponse(PeerId from, WireMessage response) {}

                    @Override
                    public void onCancelled(InboundLink on, MessageId request) {}

                    @Override
                    public void onEnded(InboundLink ended, String reason) {}
                },
                link);
        var dialler = new PeerId(9, "dialler", "one");
        inbound.onFrame(Frames.of(new Control.Hello(1, 1, dialler, 0, new LinkLimits(200_000, 1, 200_000))));
        room = frames.size();
        for (int i = 0; i < 4; i++) {
            WireMessage request = message(10);
            WireMessage arrived = inbound.messageOf(request.head, request.id);
            arrived.fillFrom(request);
            inbound.onMessage(arrived);
            inbound.answer(reply(100_000));
            inbound.done(1, request.envelopeSize);
        }
        for (int i = 0; i < 10_000; i++) {
            inbound.onFrame(Frames.of(new Control.Ping(i)));
        }
        environment.run();
        assertThat(inbound.outbox.backlog()).isBetween(300_000L, 500_000L);
        assertThat(requests).hasSize(4);
        room = Integer.MAX_VALUE;
        inbound.onWritable();
        environment.run();
        var said = frames.stream()
                .flatMap(frame -> RecordingLink.read(frame).stream())
                .toList();
        assertThat(said).filteredOn(Control.Pong.class::isInstance).hasSizeBetween(1, 32);
        // One grant was given while little waited; the last only after all was read.
        assertThat(said.get(said.size() - 1))
                .isInstanceOfSatisfying(Control.Credit.class, credit -> assertThat(credit.messages())
                        .isEqualTo(8));
    }

    @Test
    void shouldNotLetALargeMessageOvertakeSmallOnesOfItsChannelThatWaitInSeveralFrames()
            throws MalformedFrameException {
        outbox.open(new LinkLimits(1_000_000, 100, 10_000_000));
        for (int i = 0; i < 6; i++) {
            outbox.offer(message(60_000));
        }
        outbox.offer(message(140_000));
        environment.run();
        var assembly = new ChunkAssembler(1_000_000, NOBODY, Runnable::run, frame -> {});
        var arrived = new ArrayList<Object>();
        for (byte[] frame : frames) {
            for (Object envelope : RecordingLink.read(frame)) {
                if (envelope instanceof Control.Chunk chunk) {
                    WireMessage whole = assembly.add(chunk, new TextCache());
                    if (whole != null) {
                        arrived.add(whole.id.sequence());
                    }
                } else {
                    arrived.add(envelope);
                }
            }
        }
        assertThat(arrived).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void shouldGiveBackWhatIsMissingNoMoreThanItsLastChunk() {
        room = 4;
        outbox.open(new LinkLimits(1_000_000, 100, 10_000_000));
        outbox.offer(message(300_000));
        environment.run();
        assertThat(frames).hasSize(4);
        assertThat(outbox.close()).singleElement().satisfies(message -> {
            assertThat(message.id.sequence()).isEqualTo(1);
            assertThat(message.payloadLength()).isEqualTo(300_000);
        });
    }

    /** What a message takes on the wire that goes in chunks. */
    private static int sizeOf(WireMessage message) {
        return FrameFormat.LENGTH + FrameWriter.beginningOf(message).length + message.payloadLength();
    }

    @Test
    void shouldLeaveSomeCreditToWhatIsSmallBesideWhatIsLarge() {
        int size = sizeOf(message(200_000));
        outbox.open(new LinkLimits(1_000_000, 1_000, 10L * size + 10_000));
        int sent = 0;
        while (outbox.offer(message(200_000)) == Verdict.ACCEPTED) {
            sent++;
        }
        assertThat(sent).as("though there was credit for ten").isEqualTo(9);
        assertThat(outbox.offer(message(100_000))).isEqualTo(Verdict.ACCEPTED);
        assertThat(outbox.offer(message(100_000))).isEqualTo(Verdict.NO_CREDIT);
        assertThat(outbox.offer(message(4_000))).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void shouldWaitForWhatIsGrantedOnceAWindowHasShrunk() {
        outbox.open(new LinkLimits(100_000, 1_000, 100_000), true);
        assertThat(outbox.offer(message(45_000))).isEqualTo(Verdict.ACCEPTED);
        assertThat(outbox.offer(message(45_000))).isEqualTo(Verdict.ACCEPTED);
        assertThat(outbox.offer(message(60_000))).as("as others use it all").isEqualTo(Verdict.NO_CREDIT);
        long sent = 2L * sizeOf(message(45_000));
        // All is finished, and 24,000 octets are left of the window.
        outbox.onCredit(new Control.Credit(2_000, sent + 24_000));
        assertThat(outbox.offer(message(60_000)))
                .as("as nothing would be gained by waiting for others")
                .isEqualTo(Verdict.CREDIT_ASKED);
        assertThat(outbox.offer(message(10_000))).isEqualTo(Verdict.ACCEPTED);
        assertThat(outbox.offer(message(20_000))).isEqualTo(Verdict.NO_CREDIT);
    }

    @Test
    void shouldSendTheLargestThatIsTakenThoughNoCreditIsLeftThen() {
        int size = sizeOf(message(200_000));
        outbox.open(new LinkLimits(size + FrameFormat.OVERHEAD, 1_000, size + FrameFormat.OVERHEAD));
        assertThat(outbox.offer(message(200_000))).isEqualTo(Verdict.ACCEPTED);
    }
}
