package io.parley.internal.dispatch;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.internal.convert.MessageDecoding;
import io.parley.internal.lane.InFlightCount;
import io.parley.internal.lane.Lane;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.message.Headers;
import io.parley.message.PeerName;
import org.jspecify.annotations.Nullable;

/**
 * The channel that a handler serves, as the messages for it need to know it. Only {@link HandlerTarget} extends it: there messages are made,
 * and a message refers back to what is here. Thread-safe.
 */
public abstract class ChannelTarget {

    public final PeerContext core;
    public final ChannelName channel;
    public final InteractionStyle style;
    /** Whether it is the peer itself: then nothing of it is counted or observed. */
    public final boolean isReserved;
    /** Where its messages count from when they arrive until they are done with. */
    public final InFlightCount inHand;
    /** The queue before it; null for one that runs in the I/O context. Set before messages come. */
    @Nullable
    public Lane lane;

    /** What the headers of the latest message said that those of the next one are likely to say as well. */
    private volatile @Nullable Recurring recurring;

    private record Recurring(SharedFields head, @Nullable PeerName sender, Headers headers) {}

    ChannelTarget(PeerContext core, ChannelName channel, InteractionStyle style) {
        this.core = core;
        this.channel = channel;
        this.style = style;
        isReserved = channel.isReserved();
        inHand = isReserved ? core.inHandReserved : core.inHand;
    }

    /** Whether what is published in envelopes of this kind is for it. */
    public boolean takes(EnvelopeKind kind) {
        return kind == (style == InteractionStyle.SURVEY ? EnvelopeKind.SURVEY : EnvelopeKind.EVENT);
    }

    /** Whether there is no room for much more behind it, if there is no queue before it. */
    public boolean isCrowded() {
        return false;
    }

    /** The part of a message's headers that its head says. */
    final Headers headersOf(SharedFields head, @Nullable PeerName sender) {
        Recurring known = recurring;
        if (known == null || known.head != head || known.sender != sender) {
            known = new Recurring(head, sender, MessageDecoding.headersOf(head, sender));
            recurring = known;
        }
        return known.headers;
    }
}
