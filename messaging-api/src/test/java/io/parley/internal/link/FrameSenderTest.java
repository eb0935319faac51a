package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.transport.DeferredFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class FrameSenderTest {

    private static final PackedFrame.OneWays ONE = new PackedFrame.OneWays(1, 1, 1, 0);

    private final PeerContext core = TestCore.bound(SimulatedEnvironment.seeded(1), Limits.defaults());
    private final RecordingLink wire = new RecordingLink();
    private final ArrayDeque<Runnable> next = new ArrayDeque<>();
    private final FrameSender sender = new FrameSender(core, wire, this::takeNext);
    private final UnfinishedOneWays unfinished = new UnfinishedOneWays(core.memory.whole());

    private boolean takeNext() {
        Runnable one = next.poll();
        if (one == null) {
            return false;
        }
        one.run();
        return true;
    }

    private void add(long token) {
        add(token, null);
    }

    private void add(long token, PackedFrame.OneWays oneWays) {
        next.add(() -> sender.send(Frames.of(new Control.Ping(token)), oneWays));
    }

    private static WireMessage message(EnvelopeKind kind) {
        return new WireMessage(SharedFields.of(kind).on("a/b"), new MessageId(1, 1)).payload(new byte[10]);
    }

    private void addDeferred(long token, WireMessage completes) {
        byte[] bytes = Frames.of(new Control.Ping(token));
        next.add(() -> sender.send(
                new DeferredFrame() {
                    @Override
                    public int length() {
                        return bytes.length;
                    }

                    @Override
                    public void writeTo(byte[] target) {
                        System.arraycopy(bytes, 0, target, 0, bytes.length);
                    }
                },
                completes));
    }

    @Test
    void flushSendsAllThatTheSourceHas() {
        add(1);
        addDeferred(2, null);
        add(3);
        sender.flush();
        assertThat(wire.sent()).containsExactly(new Control.Ping(1), new Control.Ping(2), new Control.Ping(3));
    }

    @Test
    void frameThatTheLinkHasNoRoomForIsSentFirstAndOnce() {
        wire.room = 1;
        add(1);
        add(2);
        add(3);
        sender.flush();
        assertThat(next).as("nothing is taken beyond the frame that is held").hasSize(1);
        sender.flush();
        assertThat(wire.sent()).containsExactly(new Control.Ping(1));
        wire.room = 2;
        sender.flush();
        assertThat(wire.sent()).containsExactly(new Control.Ping(1), new Control.Ping(2));
        wire.room = 10;
        sender.flush();
        assertThat(wire.sent()).containsExactly(new Control.Ping(1), new Control.Ping(2), new Control.Ping(3));
    }

    @Test
    void frameInChunksIsHeldToo() {
        wire.room = 0;
        addDeferred(1, null);
        add(2);
        sender.flush();
        wire.room = 10;
        sender.flush();
        assertThat(wire.sent()).containsExactly(new Control.Ping(1), new Control.Ping(2));
    }

    @Test
    void oneWaysAreKeptOnceTheLinkHasThem() {
        sender.keepIn(unfinished);
        wire.room = 0;
        add(1, ONE);
        sender.flush();
        assertThat(unfinished.isEmpty()).isTrue();
        wire.room = 1;
        sender.flush();
        assertThat(unfinished.isEmpty()).isFalse();
    }

    @Test
    void oneWayInChunksIsKeptWhenItsLastChunkIsGone() {
        sender.keepIn(unfinished);
        addDeferred(1, null);
        sender.flush();
        assertThat(unfinished.isEmpty()).isTrue();
        addDeferred(2, message(EnvelopeKind.ONE_WAY));
        sender.flush();
        assertThat(unfinished.isEmpty()).isFalse();
    }

    @Test
    void requestInChunksIsNotKept() {
        sender.keepIn(unfinished);
        addDeferred(1, message(EnvelopeKind.REQUEST));
        sender.flush();
        assertThat(wire.frames).hasSize(1);
        assertThat(unfinished.isEmpty()).isTrue();
    }

    @Test
    void frameThatIsHeldWhenTheLinkEndsIsUnsent() {
        wire.room = 0;
        add(1, ONE);
        sender.flush();
        var unsent = new ArrayList<PackedFrame>();
        assertThat(sender.drainTo(unsent)).isNull();
        assertThat(unsent).singleElement().satisfies(frame -> {
            assertThat(RecordingLink.read(frame.octets())).containsExactly(new Control.Ping(1));
            assertThat(frame.oneWays()).isEqualTo(ONE);
        });
        wire.room = 10;
        sender.flush();
        assertThat(wire.frames).isEmpty();
    }

    @Test
    void messageInChunksWhoseLastFrameIsHeldIsUnsent() {
        wire.room = 0;
        WireMessage large = message(EnvelopeKind.ONE_WAY);
        addDeferred(1, large);
        sender.flush();
        var unsent = new ArrayList<PackedFrame>();
        assertThat(sender.drainTo(unsent)).isSameAs(large);
        assertThat(unsent).isEmpty();
    }

    @Test
    void remainingTimeCountsSinceItWasReckoned() {
        WireMessage large = message(EnvelopeKind.REQUEST);
        assertThat(sender.reckonedAt(large, 5)).as("no deadline").isEqualTo(5);
        large.remaining(1_000, 20);
        assertThat(sender.reckonedAt(large, 5)).isEqualTo(core.openedAt + 20_000);
    }
}
