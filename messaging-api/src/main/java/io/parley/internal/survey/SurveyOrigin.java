package io.parley.internal.survey;

import io.parley.channel.ChannelName;
import io.parley.discovery.Instance;
import io.parley.failure.MessagingException;
import io.parley.internal.dispatch.ReplyPath;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.route.Dispatch;
import io.parley.internal.route.ServiceView;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.time.Deadline;

/** A survey's: the way back is this peer's own link to the surveyor, which the registry, not the message, has named. Thread-safe. */
public final class SurveyOrigin implements ReplyPath {

    private final PeerContext core;
    private final ChannelName surveyed;
    private final ServiceView surveyors;
    private final Instance surveyor;

    public SurveyOrigin(PeerContext core, ChannelName channel, ServiceView surveyors, Instance surveyor) {
        this.core = core;
        this.surveyed = channel;
        this.surveyors = surveyors;
        this.surveyor = surveyor;
    }

    @Override
    public PeerName sender() {
        return new PeerName(surveyor.service(), surveyor.name());
    }

    /** Waits for the link, if need be; a response that finds none within the time limit is lost, and told. */
    @Override
    public boolean answer(WireMessage answer) {
        surveyors.dispatch(new Response(answer));
        return true;
    }

    @Override
    public boolean isCancelled(MessageId question) {
        return false;
    }

    private final class Response extends Dispatch {

        private final WireMessage answer;

        Response(WireMessage answer) {
            super(surveyed, Deadline.after(core.config.calling().defaultTimeout(), core.time), IfFull.WAIT);
            this.answer = answer;
        }

        @Override
        public long target() {
            return surveyor.incarnation();
        }

        @Override
        public long bytes() {
            return answer.payloadLength();
        }

        @Override
        public Verdict offerTo(OutboundLink link) {
            return link.respond(answer) ? Verdict.ACCEPTED : Verdict.CLOSED;
        }

        @Override
        public void fail(MessagingException cause) {
            core.complaints.report(
                    "response", "A response on " + surveyed + " to " + surveyor.label() + " was lost", cause);
        }
    }
}
