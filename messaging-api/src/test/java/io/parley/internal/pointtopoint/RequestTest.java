package io.parley.internal.pointtopoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.Limits;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.codec.BytesCodec;
import io.parley.failure.FaultCode;
import io.parley.failure.InterruptedCallException;
import io.parley.failure.LinkLostException;
import io.parley.failure.RefusedException;
import io.parley.failure.TimedOutException;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Message;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.time.Deadline;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RequestTest {

    private static final RequestChannel<byte[], byte[]> CHANNEL =
            PointToPointChannel.of("orders/place", byte[].class).withReply(byte[].class);
    private static final byte[] PAYLOAD = {1, 2, 3};

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final PeerContext core = TestCore.bound(environment, Limits.defaults());
    private final RequestTarget<byte[]> target = new RequestTarget<>(core, CHANNEL, new BytesCodec(), 0);
    private final WireMessage question =
            new WireMessage(SharedFields.of(EnvelopeKind.REQUEST).on("orders/place"), core.nextId());
    private final Deadline deadline = Deadline.after(Duration.ofSeconds(10), core.time);
    private final AsyncRequest<byte[], byte[]> request =
            new AsyncRequest<>(target, question, deadline, Message::payload);
    private final CompletableFuture<byte[]> outcome = request.outcome();

    private WireMessage reply() {
        var head = SharedFields.of(EnvelopeKind.REPLY).of("byte[]", new BytesCodec().contentType());
        return answer(head).payload(PAYLOAD);
    }

    private WireMessage refusal() {
        WireMessage fault = answer(SharedFields.of(EnvelopeKind.FAULT));
        fault.details().fault = FaultCode.BUSY.wireValue();
        return fault;
    }

    private WireMessage answer(SharedFields head) {
        var answer = new WireMessage(head, core.nextId());
        answer.inReplyTo = question.id;
        return answer;
    }

    @Test
    void failureAfterTheAnswerIsIgnored() {
        Runnable task = Objects.requireNonNull(request.answer(reply()));
        request.fail(new TimedOutException("too late"));
        task.run();
        environment.run();
        assertThat(outcome).isCompletedWithValue(PAYLOAD);
    }

    @Test
    void answerAfterAFailureIsIgnored() {
        request.fail(new LinkLostException("lost"));
        assertThat(request.answer(reply())).isNull();
        request.fail(new TimedOutException("too late"));
        environment.run();
        assertThatThrownBy(outcome::join).hasCauseInstanceOf(LinkLostException.class);
    }

    @Test
    void secondAnswerIsIgnored() {
        Runnable task = Objects.requireNonNull(request.answer(reply()));
        assertThat(request.answer(refusal())).isNull();
        task.run();
        environment.run();
        assertThat(outcome).isCompletedWithValue(PAYLOAD);
    }

    @Test
    void faultFailsTheRequest() {
        assertThat(request.answer(refusal())).isNull();
        environment.run();
        assertThatThrownBy(outcome::join)
                .hasCauseInstanceOf(RefusedException.class)
                .hasMessageContaining("orders/place refused: busy");
    }

    @Test
    void cancelledStageAbandonsTheRequest() {
        assertThat(request.isAbandoned()).isFalse();
        assertThat(outcome.cancel(true)).isTrue();
        assertThat(request.isAbandoned()).isTrue();
        assertThat(request.answer(reply())).isNull();
        assertThat(request.abandon()).as("settled already").isFalse();
    }

    @Test
    void blockedCallerGetsTheFirstOutcome() {
        var blocking = new BlockingRequest<>(target, question, deadline);
        blocking.answer(reply());
        blocking.fail(new TimedOutException("too late"));
        assertThat(blocking.await().payload()).isEqualTo(PAYLOAD);

        var failed = new BlockingRequest<>(target, question, deadline);
        failed.fail(new LinkLostException("lost"));
        failed.answer(reply());
        assertThatThrownBy(failed::await).isInstanceOf(LinkLostException.class);
    }

    @Test
    void interruptedCallerAbandonsTheRequestAndStaysInterrupted() {
        var blocking = new BlockingRequest<>(target, question, deadline);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(blocking::await).isInstanceOf(InterruptedCallException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(blocking.isAbandoned()).isTrue();
    }
}
