package io.parley.internal.pubsub;

import io.parley.Publisher;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.failure.MessagingException;
import io.parley.internal.convert.Deadlines;
import io.parley.internal.dispatch.MessageEncoding;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Event;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;

/** Events of one channel. Thread-safe. */
public final class PublisherImpl<T> implements Publisher<T> {

    private final PeerContext core;
    private final PublishBuffer publications;
    private final PublishedChannel channel;
    private final MessageEncoding<T> outbound;

    public PublisherImpl(PeerContext core, PublishSubscribeChannel<T> channel, PublishBuffer publications) {
        this.core = core;
        this.publications = publications;
        this.channel = publications.channel(channel.name(), InteractionStyle.PUBLISH);
        outbound = new MessageEncoding<>(core, channel.name(), channel.type(), EnvelopeKind.EVENT);
    }

    @Override
    public MessageId publish(T payload) {
        return publish(Message.event("", payload));
    }

    @Override
    public MessageId publish(Event<T> event) {
        WireMessage encoded = outbound.encode(event);
        event.headers()
                .deadline()
                .ifPresent(deadline -> Deadlines.stamp(encoded, deadline, 0, core.time, core.openedAt));
        boolean isWatched = core.flows.wants(encoded.id);
        long now = isWatched ? core.flows.now() : 0;
        try {
            publications.publish(channel, encoded);
        } catch (MessagingException e) {
            core.flows.recordNotPublished(channel.name(), InteractionStyle.PUBLISH, encoded, e);
            throw e;
        }
        core.counters.sent.increment();
        if (isWatched) {
            core.flows.recordSent(
                    FlowStep.SENT, now, channel.name(), InteractionStyle.PUBLISH, encoded, channel.name(), 0, null);
        }
        return encoded.id;
    }
}
