package io.parley.internal;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.failure.FaultCode;
import io.parley.internal.wire.Head;
import io.parley.message.MessageId;
import org.jspecify.annotations.Nullable;

/** A guest's introduction of itself. As {@link Received}, but confined to the I/O context. */
final class GuestTask extends Received {

    private final To to;
    private final @Nullable InboundLink from;

    /** The way to this router's guest book. Confined to the I/O context. */
    static final class To extends Destination {

        private final Guests guests;

        To(Core core, ChannelName channel, Guests guests) {
            super(core, channel, Style.ONE_WAY);
            this.guests = guests;
        }

        @Override
        Received received(Origin origin, Head head, MessageId id) {
            return new GuestTask(this, origin, head, id);
        }
    }

    private GuestTask(To to, Origin origin, Head head, MessageId id) {
        super(origin, head, id);
        this.to = to;
        from = origin instanceof InboundLink link ? link : null;
    }

    @Override
    Destination to() {
        return to;
    }

    @Override
    public void run() {
        try {
            if (from != null) {
                to.guests.welcome(from, copyOfPayload());
            }
        } catch (SecurityException e) {
            refuse(FaultCode.UNAUTHORIZED, ThrowableText.messageOrName(e));
        } catch (Throwable e) {
            // Whatever the registry does not take: it was the guest who said it.
            refuse(FaultCode.INVALID_PAYLOAD, ThrowableText.messageOrName(e));
        } finally {
            done();
        }
    }
}
