package io.parley.internal.survey;

import io.parley.Survey;
import io.parley.Surveyor;
import io.parley.channel.InteractionStyle;
import io.parley.channel.SurveyChannel;
import io.parley.failure.MessagingException;
import io.parley.internal.convert.Deadlines;
import io.parley.internal.dispatch.MessageEncoding;
import io.parley.internal.lane.DeadlineSweep;
import io.parley.internal.pubsub.PublishBuffer;
import io.parley.internal.pubsub.PublishedChannel;
import io.parley.internal.runtime.HandlingContext;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Message;
import io.parley.observe.FlowStep;
import io.parley.time.Deadline;
import io.parley.time.Durations;
import java.time.Duration;

/** Surveys of one channel. Thread-safe. */
public final class SurveyorImpl<Q, A> implements Surveyor<Q, A> {

    private final PeerContext core;
    private final SurveyChannel<Q, A> channel;
    private final PublishBuffer publications;
    private final PublishedChannel published;
    private final Surveys surveys;
    private final DeadlineSweep deadlines;
    private final MessageEncoding<Q> outbound;

    public SurveyorImpl(
            PeerContext core,
            SurveyChannel<Q, A> channel,
            PublishBuffer publications,
            Surveys surveys,
            DeadlineSweep deadlines) {
        this.core = core;
        this.channel = channel;
        this.publications = publications;
        this.surveys = surveys;
        this.deadlines = deadlines;
        published = publications.channel(channel.name(), InteractionStyle.SURVEY);
        outbound = new MessageEncoding<>(core, channel.name(), channel.type(), EnvelopeKind.SURVEY);
    }

    @Override
    public Survey<A> survey(Q payload, Duration limit) {
        return survey(payload, limit, Integer.MAX_VALUE);
    }

    @Override
    public Survey<A> survey(Q payload, Duration limit, int count) {
        return survey(Message.document(payload), limit, count);
    }

    @Override
    public Survey<A> survey(Message<Q> message, Duration limit, int count) {
        if (count < 1 || limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("A survey takes a positive limit and count: " + limit + ", " + count);
        }
        WireMessage question = outbound.encode(message);
        Deadline deadline = HandlingContext.within(Deadline.after(limit, core.time));
        Deadlines.stamp(question, deadline, 0, core.time, core.openedAt);
        Deadline forgetAt = Deadline.after(Durations.twice(limit), core.time);
        var survey = new SurveyImpl<>(core, channel, question, deadline, forgetAt, count);
        surveys.add(survey);
        boolean isWatched = core.flows.wants(question.id);
        long now = isWatched ? core.flows.now() : 0;
        try {
            publications.publish(published, question);
        } catch (Throwable e) {
            surveys.remove(survey);
            if (e instanceof MessagingException cause) {
                core.flows.recordNotPublished(channel.name(), InteractionStyle.SURVEY, question, cause);
            }
            throw e;
        }
        core.counters.sent.increment();
        deadlines.arm();
        if (isWatched) {
            core.flows.recordSent(
                    FlowStep.SENT, now, channel.name(), InteractionStyle.SURVEY, question, channel.name(), 0, null);
        }
        return survey;
    }
}
