package io.parley.internal.survey;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.SurveyChannel;
import io.parley.codec.BytesCodec;
import io.parley.failure.FaultCode;
import io.parley.failure.RefusedException;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.observe.PeerCounters;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurveysTest {

    private static final SurveyChannel<byte[], byte[]> CHANNEL =
            PublishSubscribeChannel.of("service/quotes", byte[].class).withResponses(byte[].class);
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final PeerContext core = TestCore.bound(environment, Limits.defaults());
    private final Surveys surveys = new Surveys(core, ForeignResponses.NONE);

    private SurveyImpl<byte[]> begin(int count) {
        var question = new WireMessage(SharedFields.of(EnvelopeKind.SURVEY).on("service/quotes"), core.nextId());
        var survey = new SurveyImpl<>(
                core,
                CHANNEL,
                question,
                Deadline.after(LIMIT, core.time),
                Deadline.after(LIMIT.multipliedBy(2), core.time),
                count);
        surveys.add(survey);
        return survey;
    }

    private void respond(MessageId question, int responder) {
        var head = SharedFields.of(EnvelopeKind.RESPONSE).of("byte[]", new BytesCodec().contentType());
        onResponse(head, question, responder);
    }

    private void onResponse(SharedFields head, MessageId question, int responder) {
        var response = new WireMessage(head, new MessageId(responder, 1));
        response.inReplyTo = question;
        response.payload(new byte[] {(byte) responder});
        if (head.kind() == EnvelopeKind.FAULT) {
            response.details().fault = FaultCode.BUSY.wireValue();
        }
        surveys.onResponse(new PeerId(responder, "supplier", "supplier-" + responder), response);
        environment.run();
    }

    private PeerCounters counters() {
        return core.counters.snapshot(0);
    }

    @Test
    void secondResponseOfOneResponderIsDropped() {
        SurveyImpl<byte[]> survey = begin(3);
        respond(survey.id(), 1);
        respond(survey.id(), 1);
        respond(survey.id(), 2);
        assertThat(survey.responses())
                .extracting(response -> response.payload()[0])
                .containsExactly((byte) 1, (byte) 2);
        assertThat(counters().duplicateReplies()).isEqualTo(1);
        assertThat(survey.whenEnded()).isNotDone();
    }

    @Test
    void surveyEndsWithTheLastResponseThatItAskedFor() {
        SurveyImpl<byte[]> survey = begin(2);
        respond(survey.id(), 1);
        respond(survey.id(), 2);
        assertThat(survey.whenEnded().join()).hasSize(2);
    }

    @Test
    void faultIsKeptApartFromTheResponses() {
        SurveyImpl<byte[]> survey = begin(1);
        onResponse(SharedFields.of(EnvelopeKind.FAULT), survey.id(), 1);
        assertThat(survey.faults()).singleElement().isInstanceOf(RefusedException.class);
        assertThat(survey.responses()).isEmpty();
        assertThat(survey.whenEnded()).isNotDone();
    }

    @Test
    void responseAfterTheEndIsLateAndChangesNothing() {
        SurveyImpl<byte[]> survey = begin(3);
        List<Byte> late = new ArrayList<>();
        survey.onLate(response -> late.add(response.payload()[0]));
        respond(survey.id(), 1);
        environment.runFor(LIMIT);
        assertThat(surveys.sweep()).as("a late response is still expected").isTrue();
        respond(survey.id(), 2);
        assertThat(late).containsExactly((byte) 2);
        assertThat(survey.whenEnded().join()).hasSize(1);
        assertThat(counters().lateResponses()).isEqualTo(1);
    }

    @Test
    void surveyIsForgottenAfterTwiceItsLimit() {
        SurveyImpl<byte[]> survey = begin(3);
        environment.runFor(LIMIT.multipliedBy(2));
        assertThat(surveys.sweep()).isFalse();
        respond(survey.id(), 1);
        assertThat(survey.responses()).isEmpty();
        assertThat(counters().lateResponses()).isEqualTo(1);
    }

    @Test
    void responseToAQuestionThatWasNeverAskedIsUnclaimed() {
        respond(new MessageId(core.incarnation, 99), 1);
        respond(new MessageId(core.incarnation + 1, 1), 1);
        assertThat(counters().unclaimedReplies()).isEqualTo(2);
        assertThat(counters().lateResponses()).isZero();
    }

    @Test
    void openSurveysEndWhenThePeerCloses() {
        SurveyImpl<byte[]> survey = begin(3);
        surveys.close();
        environment.run();
        assertThat(survey.whenEnded().join()).isEmpty();
        assertThat(surveys.sweep()).isFalse();
    }
}
