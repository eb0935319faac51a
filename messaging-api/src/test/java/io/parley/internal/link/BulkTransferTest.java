package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.internal.wire.ChunkBudget;
import io.parley.internal.wire.CompletedChunks;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.MalformedFrameException;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.TextCache;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.transport.DeferredFrame;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A {@link BulkQueue} at one end of a bulk link and a {@link BulkReceiver} at the other. */
class BulkTransferTest {

    private static final int LARGE = 200 * 1024;
    /** Both sides keep to it. */
    private static final int MOST_UNDER_WAY = 8;

    private static final FrameVisitor NOBODY = new FrameVisitor() {
        @Override
        public void onControl(Control control) {}

        @Override
        public void onMessage(WireMessage message) {}
    };

    private final ChunkedSends sends = new ChunkedSends();
    private int flushes;
    private final BulkQueue queue = new BulkQueue(this, sends, () -> flushes++);
    private int completed;
    private final BulkReceiver receiver =
            new BulkReceiver(64 << 20, NOBODY, ChunkBudget.FREE, Runnable::run, frame -> {}, () -> completed++);
    private long sequence;

    private void add() {
        add(LARGE);
    }

    private void add(int size) {
        byte[] payload = new byte[size];
        Arrays.fill(payload, (byte) ++sequence);
        var message = new WireMessage(SharedFields.of(EnvelopeKind.ONE_WAY).on("a/b"), new MessageId(1, sequence))
                .payload(payload);
        sends.add(message, FrameWriter.beginningOf(message), 0);
    }

    private static Control.Chunk chunk(DeferredFrame frame) {
        return (Control.Chunk) RecordingLink.read(frame.toBytes()).get(0);
    }

    /** Carries all that may leave; false if the receiver thinks that it is too much. */
    private boolean carry() throws MalformedFrameException {
        boolean isTaken = true;
        for (DeferredFrame frame = queue.next(); frame != null; frame = queue.next()) {
            isTaken &= receiver.onChunk(chunk(frame));
        }
        return isTaken;
    }

    private static void assertIs(CompletedChunks parcel, long sequence) throws MalformedFrameException {
        assertThat(parcel).isNotNull();
        WireMessage message = parcel.open(new TextCache());
        assertThat(message.id).isEqualTo(new MessageId(1, sequence));
        assertThat(message.copyOfPayload()).hasSize(LARGE).containsOnly((byte) sequence);
    }

    @Test
    void nothingGoesOverABulkLinkThatIsNotOpen() {
        add();
        assertThat(queue.next()).isNull();
        queue.open();
        assertThat(queue.next()).isNotNull();
    }

    @Test
    void messagesAreCalledForInTheirOrder() throws MalformedFrameException {
        queue.open();
        add();
        add();
        assertThat(carry()).isTrue();
        assertThat(completed).isEqualTo(2);
        assertThat(receiver.call(1)).as("not told of").isNull();
        assertThat(receiver.news()).isEqualTo(2);
        assertThat(receiver.news()).as("nothing new").isZero();
        assertThat(receiver.call(2)).as("out of turn").isNull();
        assertIs(receiver.call(1), 1);
        assertThat(receiver.hasUnderWay()).isTrue();
        assertIs(receiver.call(2), 2);
        assertThat(receiver.hasUnderWay()).isFalse();
        assertThat(receiver.heard()).isGreaterThan(2 * LARGE);
    }

    @Test
    void linkCarriesAWordOnceAMessageHasArrived() throws MalformedFrameException {
        queue.open();
        add();
        carry();
        assertThat(sends.next()).as("before it has arrived").isNull();
        assertThat(queue.onArrived(receiver.news())).isTrue();
        assertThat(flushes).isEqualTo(1);
        DeferredFrame word = sends.next();
        assertThat(word).isNotNull();
        assertThat(RecordingLink.read(word.toBytes())).containsExactly(new Control.BulkNext(1));
    }

    @Test
    void moreThanWasSentCannotHaveArrived() throws MalformedFrameException {
        queue.open();
        add();
        assertThat(receiver.onChunk(chunk(queue.next()))).isTrue();
        assertThat(queue.onArrived(1)).as("in part").isFalse();
        carry();
        assertThat(queue.onArrived(2)).isFalse();
        assertThat(flushes).isZero();
    }

    @Test
    void arrivalsAreNotTakenBack() throws MalformedFrameException {
        queue.open();
        add();
        add();
        carry();
        assertThat(queue.onArrived(2)).isTrue();
        assertThat(queue.onArrived(1)).isFalse();
    }

    @Test
    void nothingMoreLeavesWhileAsMuchIsUnderWayAsMayBe() throws MalformedFrameException {
        queue.open();
        for (int i = 0; i < MOST_UNDER_WAY + 1; i++) {
            add();
        }
        assertThat(carry()).isTrue();
        assertThat(completed).isEqualTo(MOST_UNDER_WAY);
        assertThat(queue.onArrived(receiver.news())).isTrue();
        assertThat(carry()).isTrue();
        assertThat(completed).isEqualTo(MOST_UNDER_WAY + 1);
        assertThat(receiver.news()).as("as many lie here as may").isZero();
        assertThat(receiver.isWithheld()).isTrue();
        assertIs(receiver.call(1), 1);
        assertThat(receiver.news()).isEqualTo(MOST_UNDER_WAY + 1);
        assertThat(receiver.isWithheld()).isFalse();
    }

    @Test
    void senderThatDoesNotKeepToTheBoundIsFound() throws MalformedFrameException {
        queue.open();
        for (int i = 0; i < MOST_UNDER_WAY + 1; i++) {
            add();
        }
        assertThat(carry()).isTrue();
        assertThat(queue.onArrived(MOST_UNDER_WAY))
                .as("which nobody has told it")
                .isTrue();
        assertThat(carry()).isFalse();
        assertThat(completed).isEqualTo(MOST_UNDER_WAY);
    }

    @Test
    void messageInPartIsForgotten() throws MalformedFrameException {
        queue.open();
        add();
        assertThat(receiver.onChunk(chunk(queue.next()))).isTrue();
        assertThat(receiver.hasUnderWay()).isTrue();
        receiver.clear();
        assertThat(receiver.hasUnderWay()).isFalse();
        assertThat(completed).isZero();
        add();
        sends.closeBulkLink();
        sends.openBulkLink();
        assertThat(carry()).isTrue();
        assertThat(completed).isEqualTo(2);
    }

    @Test
    void closedReceiverHasNothingToCallFor() throws MalformedFrameException {
        queue.open();
        add();
        carry();
        receiver.news();
        receiver.close();
        assertThat(receiver.call(1)).isNull();
        assertThat(receiver.hasUnderWay()).isFalse();
    }

    @Test
    void whatHasNotArrivedWhenTheBulkLinkEndsGoesOverTheLink() throws MalformedFrameException {
        queue.open();
        add();
        carry();
        assertThat(sends.next()).isNull();
        queue.close();
        assertThat(flushes).isEqualTo(1);
        assertThat(queue.next()).isNull();
        DeferredFrame first = sends.next();
        assertThat(first).isNotNull();
        assertThat(chunk(first).length()).isPositive();
    }
}
