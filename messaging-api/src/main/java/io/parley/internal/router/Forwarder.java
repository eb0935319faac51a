package io.parley.internal.router;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.failure.FaultCode;
import io.parley.failure.NoInstanceException;
import io.parley.internal.dispatch.HandlerTarget;
import io.parley.internal.dispatch.Handlers;
import io.parley.internal.link.DiallerListener;
import io.parley.internal.link.ForeignAnswers;
import io.parley.internal.link.InboundLink;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.route.ServiceView;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.ReservedHeaders;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.time.Deadline;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of a router that passes messages on to one instance of the service they are for, and answers back. A message keeps its id and
 * all it says; it is told apart by a header, and what has that header is not passed on again. Confined to the I/O context.
 *
 * <p>What a dialler sent is granted anew once an instance has it, or has answered it. So a service that takes nothing makes those wait who
 * send to it.
 */
final class Forwarder implements Handlers.Fallback, ForeignAnswers, DiallerListener, Forwarded.Owner {

    private static final int REMEMBERED_ONE_WAYS = 8192;

    private final PeerContext core;
    private final ForeignServices services;
    private final Guests guests;
    private final RoutedMessage.To introductions;
    private final Runnable armSweep;
    private final ByteQuota held;
    private final RoutedMessage.To oneWays;
    private final RoutedMessage.To requests;
    /** Requests that are not answered. */
    private final Map<MessageId, Forwarded> outstanding = new HashMap<>();
    /** Who sent the last few one-way messages, and is told if one of them is refused. */
    private final Map<MessageId, RoutedMessage> sentOneWays = new LinkedHashMap<>() {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<MessageId, RoutedMessage> eldest) {
            return size() > REMEMBERED_ONE_WAYS;
        }
    };

    /** The earliest deadline among those outstanding, or earlier. */
    private long nextDeadline = Long.MAX_VALUE;

    /** The head before, and what it became: messages that follow each other are likely to share it. */
    private @Nullable SharedFields latest;

    private @Nullable SharedFields latestOutward;

    /** @param armSweep sees to it that {@link #sweep} is called */
    Forwarder(PeerContext core, ForeignServices services, Guests guests, ByteQuota held, Runnable armSweep) {
        this.core = core;
        this.held = held;
        this.services = services;
        this.guests = guests;
        introductions = new RoutedMessage.To(
                core, Guests.channel(core.name.service()), InteractionStyle.ONE_WAY, guests::introduce);
        this.armSweep = armSweep;
        oneWays = RoutedMessage.To.anyChannel(core, InteractionStyle.ONE_WAY, this::forward);
        requests = RoutedMessage.To.anyChannel(core, InteractionStyle.REQUEST, this::forward);
    }

    @Override
    public @Nullable HandlerTarget destination(SharedFields head, InteractionStyle style) {
        String channel = String.valueOf(head.channel());
        if (!ForeignServices.isForeign(channel, core)) {
            boolean introduces = style == InteractionStyle.ONE_WAY && channel.equals(introductions.channel.toString());
            return introduces ? introductions : null;
        }
        return style == InteractionStyle.ONE_WAY ? oneWays : requests;
    }

    void forward(RoutedMessage task) {
        ChannelName channel = channelOf(task);
        ServiceView view = channel == null ? null : admit(task, channel);
        if (channel == null || view == null) {
            task.done();
            return;
        }
        WireMessage onward = onward(task);
        task.strip();
        Deadline limit = task.deadline();
        var forwarded = new Forwarded(
                core,
                this,
                task,
                channel,
                onward,
                limit != null ? limit : Deadline.after(core.config.calling().defaultTimeout(), core.time));
        held.add(task.envelopeSize);
        if (task.isRequest()) {
            outstanding.put(task.id, forwarded);
            nextDeadline = Math.min(nextDeadline, forwarded.deadline.atNanos());
            armSweep.run();
        }
        view.dispatch(forwarded);
        forwarded.settleIn();
    }

    private @Nullable ChannelName channelOf(RoutedMessage task) {
        try {
            return ChannelName.parse(String.valueOf(task.channel()));
        } catch (IllegalArgumentException e) {
            task.refuse(FaultCode.UNKNOWN_CHANNEL, core.name + " cannot pass on: " + e.getMessage());
            return null;
        }
    }

    /** The service, or null if the message is refused. */
    private @Nullable ServiceView admit(RoutedMessage task, ChannelName channel) {
        InboundLink from = task.from();
        PeerId dialler = from == null ? null : from.dialler();
        if (task.applicationHeaders().containsKey(ReservedHeaders.VIA)) {
            String via = task.applicationHeaders().get(ReservedHeaders.VIA);
            task.refuse(FaultCode.NO_INSTANCE, channel + " came through " + via + " and is not passed on again");
        } else if (dialler == null
                || task.id.incarnation() != dialler.incarnation()
                || outstanding.containsKey(task.id)) {
            task.refuse(FaultCode.UNAUTHORIZED, "the message's id is not the sender's, or has been used");
        } else if (!task.isInTime()) {
            task.refuse(FaultCode.TOO_LATE, "the deadline passed before " + channel + " could be passed on");
        } else if (!held.hasRoomFor(task.envelopeSize)) {
            task.refuse(FaultCode.BUSY, core.name + " holds as many messages as it may");
        } else {
            return viewOf(task, channel);
        }
        return null;
    }

    private @Nullable ServiceView viewOf(RoutedMessage task, ChannelName channel) {
        try {
            ServiceView view = services.view(channel.owner());
            if (view == null) {
                task.refuse(FaultCode.BUSY, core.name + " looks after as many services as it may");
            }
            return view;
        } catch (IllegalArgumentException e) {
            task.refuse(FaultCode.UNKNOWN_CHANNEL, core.name + " cannot pass on: " + e.getMessage());
            return null;
        }
    }

    private WireMessage onward(RoutedMessage task) {
        SharedFields head = task.head;
        SharedFields outward = latestOutward;
        if (outward == null || head != latest) {
            InboundLink from = task.from();
            outward = head.sender() == null && from != null ? head.from(from.sender()) : head;
            latest = head;
            latestOutward = outward;
        }
        WireMessage onward = task.withHead(outward);
        onward.addHeader(ReservedHeaders.VIA, core.name.toString());
        return onward;
    }

    /** An instance has it in hand. */
    @Override
    public void onSent(Forwarded forwarded, OutboundLink link) {
        held.remove(forwarded.task().envelopeSize);
        RoutedMessage task = forwarded.task();
        task.sentTo(link.incarnation());
        if (!task.isRequest()) {
            sentOneWays.put(task.id, task);
            task.done();
        }
    }

    /** It was refused here, and its sender told. */
    @Override
    public void onFailed(Forwarded forwarded) {
        outstanding.remove(forwarded.task().id, forwarded);
        if (forwarded.link() == null) {
            held.remove(forwarded.task().envelopeSize);
        } else {
            release(forwarded);
        }
    }

    private static void release(Forwarded forwarded) {
        OutboundLink link = forwarded.link();
        if (link != null) {
            link.onForwardedOver();
        }
    }

    @Override
    public boolean onAnswer(OutboundLink link, WireMessage answer) {
        MessageId question = answer.inReplyTo;
        if (question == null || question.incarnation() == core.incarnation) {
            return false;
        }
        link.onForwardedAnswered();
        Forwarded forwarded = outstanding.get(question);
        if (forwarded != null && forwarded.link() == link) {
            outstanding.remove(question);
            release(forwarded);
            core.counters.received.increment();
            forwarded.answer(link, answer);
            endIfUnread(forwarded.task().from());
            return true;
        }
        RoutedMessage oneWay = answer.kind() == EnvelopeKind.FAULT ? sentOneWays.get(question) : null;
        if (oneWay != null && oneWay.wasSentTo(link.incarnation())) {
            sentOneWays.remove(question);
            oneWay.passFault(Forwarded.withSender(answer, link));
        } else {
            core.counters.lateReplies.increment();
        }
        return true;
    }

    /** Who asks and does not listen shall not fill this router with answers. */
    private void endIfUnread(@Nullable InboundLink asker) {
        if (asker != null && asker.outbox.backlog() > held.most()) {
            String why = "more than " + held.most() + " bytes of answers are not read";
            asker.end(new Control.Reject(Control.Reject.OVERLOADED, why), why);
        }
    }

    @Override
    public boolean onUnsent(OutboundLink link, WireMessage message, String reason) {
        if (message.id.incarnation() == core.incarnation) {
            return false;
        }
        String text = "The link of " + core.name + " to " + link.other() + " was lost before the message on "
                + message.channel() + " was sent: " + reason;
        Forwarded forwarded = outstanding.get(message.id);
        RoutedMessage oneWay = sentOneWays.remove(message.id);
        if (forwarded != null && forwarded.link() == link) {
            forwarded.fail(new NoInstanceException(text));
        } else if (oneWay != null) {
            oneWay.refuse(FaultCode.NO_INSTANCE, text);
        }
        return true;
    }

    @Override
    public void onUnfinished(OutboundLink link, WireMessage message, String reason) {
        RoutedMessage oneWay = sentOneWays.remove(message.id);
        if (oneWay != null) {
            oneWay.fault(
                    FaultCode.LINK_LOST,
                    null,
                    "The link of " + core.name + " to " + link.other() + " was lost before it said that the message on "
                            + message.channel() + " was handled: " + reason);
        }
    }

    @Override
    public void onLinkEnded(OutboundLink link, String reason) {
        List<Forwarded> lost = outstanding.values().stream()
                .filter(forwarded -> forwarded.link() == link)
                .toList();
        for (Forwarded forwarded : lost) {
            outstanding.remove(forwarded.task().id);
            release(forwarded);
            forwarded.lose("The link of " + core.name + " to " + link.other() + " was lost before it answered on "
                    + forwarded.channel + ": " + reason);
        }
    }

    @Override
    public void onCancelled(InboundLink link, MessageId request) {
        Forwarded forwarded = outstanding.get(request);
        if (forwarded != null && forwarded.task().from() == link) {
            giveUp(forwarded);
        }
    }

    @Override
    public void onDiallerLeaves(InboundLink link) {
        guests.leave(link);
    }

    @Override
    public void onDiallerGone(InboundLink link) {
        guests.leave(link);
        List<Forwarded> gone = outstanding.values().stream()
                .filter(forwarded -> forwarded.task().from() == link)
                .toList();
        gone.forEach(this::giveUp);
    }

    private void giveUp(Forwarded forwarded) {
        MessageId id = forwarded.task().id;
        outstanding.remove(id);
        OutboundLink link = forwarded.link();
        if (link == null) {
            held.remove(forwarded.task().envelopeSize);
        } else {
            link.outbox.add(new Control.Cancel(id.incarnation(), id.sequence()));
            release(forwarded);
        }
        forwarded.drop();
    }

    /** Gives up requests that are overdue at {@code now}; answers whether any is left to watch. */
    boolean sweep(long now) {
        if (now - nextDeadline >= 0) {
            nextDeadline = Long.MAX_VALUE;
            for (Forwarded forwarded : List.copyOf(outstanding.values())) {
                OutboundLink link = forwarded.link();
                if (forwarded.deadline.hasPassed() && link != null) {
                    giveUp(forwarded);
                    link.onForwardedTimedOut();
                } else {
                    nextDeadline = Math.min(nextDeadline, forwarded.deadline.atNanos());
                }
            }
        }
        return !outstanding.isEmpty();
    }
}
