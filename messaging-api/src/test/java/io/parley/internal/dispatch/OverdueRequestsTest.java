package io.parley.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.internal.runtime.DeadLetters;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.testkit.SimulatedEnvironment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OverdueRequestsTest {

    private static final RequestChannel<byte[], byte[]> CHANNEL =
            PointToPointChannel.of("service/place", byte[].class).withReply(byte[].class);
    private static final SharedFields HEAD =
            SharedFields.of(EnvelopeKind.REQUEST).on("service/place").of("byte[]", "application/octet-stream");
    private static final long LIMIT_MILLIS = 1_000;
    private static final Duration LONG_PAST = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final PeerContext core = TestCore.bound(environment, Limits.defaults());
    private final CompletableFuture<byte[]> stage = new CompletableFuture<>();
    private final AnswerTask.To<byte[], byte[]> target = new AnswerTask.To<>(
            core, CHANNEL, byte[].class, byte[].class, EnvelopeKind.REPLY, question -> stage, new DeadLetters(core));
    private final OverdueRequests overdue = new OverdueRequests(core);

    /** Has the handler begin a request, whose stage stays open. */
    private void begin() {
        InboundMessage request = target.received(new Nowhere(), HEAD, core.nextId());
        request.remaining(LIMIT_MILLIS);
        request.payload(new byte[1]);
        request.onArrived(core.time.nanoTime());
        request.run();
    }

    private int look() {
        overdue.look(target, core.time.nanoTime());
        overdue.endLook();
        return overdue.count();
    }

    @Test
    void requestIsOverdueTenSecondsAfterItsDeadline() {
        begin();
        environment.runFor(Duration.ofMillis(LIMIT_MILLIS).plus(LONG_PAST));
        assertThat(look()).isZero();
        assertThat(core.complaints.latest()).isEmpty();
        environment.runFor(Duration.ofNanos(1));
        assertThat(look()).isEqualTo(1);
        assertThat(core.complaints.latest()).singleElement().satisfies(told -> assertThat(told.what())
                .contains("service/place", "has not been completed"));
    }

    @Test
    void answeredRequestIsNotOverdue() {
        begin();
        stage.complete(new byte[0]);
        environment.runFor(LONG_PAST.multipliedBy(2));
        assertThat(look()).isZero();
    }

    @Test
    void sameChannelIsReportedOnceAMinute() {
        begin();
        environment.runFor(LONG_PAST.multipliedBy(2));
        look();
        environment.runFor(PAUSE.minusNanos(1));
        look();
        assertThat(core.complaints.latest()).hasSize(1);
        environment.runFor(Duration.ofNanos(1));
        look();
        assertThat(core.complaints.latest()).hasSize(2);
    }

    @Test
    void countIsThatOfTheLatestLook() {
        begin();
        begin();
        environment.runFor(LONG_PAST.multipliedBy(2));
        assertThat(look()).isEqualTo(2);
        assertThat(look()).isEqualTo(2);
        stage.complete(new byte[0]);
        assertThat(look()).isZero();
    }
}
