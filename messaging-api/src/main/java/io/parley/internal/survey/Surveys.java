package io.parley.internal.survey;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.internal.link.ResponseListener;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.observe.FlowStep;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;

/** The surveys of this peer that still expect responses, in time or late. Thread-safe. */
public final class Surveys implements ResponseListener {

    private final PeerContext core;
    private final ForeignResponses foreign;
    private final ConcurrentHashMap<Long, SurveyImpl<?>> open = new ConcurrentHashMap<>();

    public Surveys(PeerContext core, ForeignResponses foreign) {
        this.core = core;
        this.foreign = foreign;
    }

    void add(SurveyImpl<?> survey) {
        open.put(survey.id().sequence(), survey);
    }

    void remove(SurveyImpl<?> survey) {
        open.remove(survey.id().sequence());
        survey.forget();
    }

    @Override
    public void onResponse(PeerId from, WireMessage response) {
        SurveyImpl<?> survey = response.inReplyTo == null || response.inReplyTo.incarnation() != core.incarnation
                ? null
                : open.get(response.inReplyTo.sequence());
        if (survey != null) {
            survey.onResponse(from, response);
        } else if (!foreign.onResponse(from, response)) {
            onUnawaited(from, response);
        }
    }

    /** The survey is forgotten, whatever this peer has sent; what it has not sent was never asked. */
    private void onUnawaited(PeerId from, WireMessage response) {
        MessageId question = response.inReplyTo == null ? response.id : response.inReplyTo;
        boolean isLate = core.hasGivenOut(question);
        (isLate ? core.counters.lateResponses : core.counters.unclaimedReplies).increment();
        core.flows.recordAnswer(
                FlowStep.DROPPED,
                new ChannelName(core.name.service(), "unknown"),
                InteractionStyle.SURVEY,
                response.head.type(),
                question,
                response.correlation(),
                new PeerName(from.service(), from.instance()),
                core.name,
                isLate ? "late response, dropped: its survey is forgotten" : "response to nobody, dropped");
    }

    /** Ends what is overdue and forgets what cannot even be late any more; answers whether any is left. */
    public boolean sweep() {
        for (Iterator<SurveyImpl<?>> all = open.values().iterator(); all.hasNext(); ) {
            SurveyImpl<?> next = all.next();
            if (next.isOver()) {
                all.remove();
                next.forget();
            }
        }
        return !open.isEmpty();
    }

    public void close() {
        open.values().forEach(survey -> {
            survey.end();
            survey.forget();
        });
        open.clear();
    }
}
