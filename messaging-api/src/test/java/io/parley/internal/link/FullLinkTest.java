package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.runtime.Backlog;
import io.parley.internal.runtime.Memory;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.LinkLimits;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.transport.Link;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A link whose other end reads slowly: what waits for it is paid for as long as it waits, and no PING is forgotten meanwhile. */
class FullLinkTest {

    private static final int KIB = 1024;
    private static final int MESSAGE = 30 * KIB;

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final List<byte[]> frames = new ArrayList<>();
    private final PeerContext core = TestCore.bound(environment, Limits.defaults());
    private int room;
    private long sequence;

    private final Link link = new Link() {
        @Override
        public boolean send(byte[] frame) {
            return frames.size() < room && frames.add(frame);
        }

        @Override
        public void close() {}
    };

    private final SendBuffer outbox = new SendBuffer(core, link, this::onDrained, () -> {});
    private final OwedPongs pongs = new OwedPongs(outbox);

    private void onDrained() {
        pongs.onDrained();
    }

    private void offer() {
        var message = new WireMessage(SharedFields.of(EnvelopeKind.ONE_WAY).on("a/b"), new MessageId(1, ++sequence));
        assertThat(outbox.offer(message.payload(new byte[MESSAGE]))).isEqualTo(Verdict.ACCEPTED);
    }

    private void read(int more) {
        room += more;
        outbox.flush();
        environment.run();
    }

    private long reserved() {
        return core.memory.outgoing.budget().reserved();
    }

    @Test
    void memoryIsGivenBackThoughTheLinkIsNeverQuiteEmpty() {
        outbox.open(new LinkLimits(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE));
        for (int i = 0; i < 100; i++) {
            offer();
        }
        environment.run();
        long most = reserved();
        assertThat(most).isGreaterThan(100 * MESSAGE - Memory.LINK - 1);
        while (outbox.backlog() > 10 * MESSAGE) {
            read(1);
        }
        assertThat(reserved()).isLessThan(11 * MESSAGE + 2L * Backlog.STEP);
        for (int i = 0; i < 100; i++) {
            offer();
            offer();
            read(1);
            assertThat(outbox.isEmpty()).isFalse();
            assertThat(reserved()).isBetween(outbox.backlog() - Memory.LINK, outbox.backlog() + 2L * Backlog.STEP);
        }
        read(Integer.MAX_VALUE - room);
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(reserved()).isZero();
    }

    @Test
    void everyPingHasItsPongBehindWhatWaited() {
        outbox.open(new LinkLimits(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE));
        for (int i = 0; i < 10; i++) {
            offer();
        }
        environment.run();
        pongs.owe(Farewell.TOKEN);
        pongs.owe(1);
        pongs.owe(2);
        read(1);
        assertThat(said()).noneMatch(Control.Pong.class::isInstance);
        read(100);
        assertThat(said())
                .hasSize(13)
                .endsWith(new Control.Pong(Farewell.TOKEN), new Control.Pong(1), new Control.Pong(2));
    }

    @Test
    void pingsOfWhoeverDoesNotReadAreBounded() {
        outbox.open(new LinkLimits(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE));
        offer();
        environment.run();
        for (int i = 0; i < 10_000; i++) {
            pongs.owe(i);
        }
        read(100);
        assertThat(said()).hasSizeLessThan(100).contains(new Control.Pong(0));
    }

    @Test
    void pingIsAnsweredThoughMuchWaitsAndAlwaysMoreComes() {
        outbox.open(new LinkLimits(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE));
        for (int ping = 1; ping <= 100; ping++) {
            for (int i = 0; i < 10; i++) {
                offer();
            }
            environment.run();
            assertThat(outbox.backlog()).isGreaterThan(64 * KIB);
            pongs.answer(ping);
            for (int i = 0; i < 10; i++) {
                offer();
                read(1);
            }
            assertThat(said()).contains(new Control.Pong(ping));
            room = frames.size();
        }
        assertThat(said()).filteredOn(Control.Pong.class::isInstance).hasSize(100);
    }

    @Test
    void pingsThatAreEverNewMakeNothingGrow() {
        outbox.open(new LinkLimits(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE));
        for (int i = 0; i < 10; i++) {
            offer();
        }
        environment.run();
        long before = outbox.backlog();
        for (int i = 0; i < 10_000; i++) {
            pongs.answer(i);
        }
        assertThat(outbox.backlog()).isLessThan(before + KIB);
        read(100);
        assertThat(said()).hasSizeLessThan(10 + 100).contains(new Control.Pong(0));
        pongs.answer(20_000);
        read(0);
        assertThat(said()).endsWith(new Control.Pong(20_000));
    }

    private List<Object> said() {
        return frames.stream()
                .flatMap(frame -> RecordingLink.read(frame).stream())
                .toList();
    }
}
