package io.parley.internal;

import io.parley.Gap;
import io.parley.SubscribeOptions;
import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.discovery.Instance;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.PeerName;
import io.parley.observe.FlowStep;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One subscription: its queue, and for each publisher what has been seen. Confined to the I/O context, but for
 * {@link #awaitConnected} and {@link #publishers}, which are thread-safe.
 */
final class SubscriptionState {

    private final Core core;
    private final ChannelName channel;
    private final String channelText;
    private final Style style;
    private final SubscribeOptions options;
    private final @Nullable Lane lane;
    private final Function<Received, Runnable> taskFor;
    private final Function<Instance, Origin> originFor;

    private final Object monitor = new Object();
    /** Guarded by {@link #monitor}, as is the one below. */
    private final Set<AtPublisher> confirmed = new HashSet<>();

    private int wanted;

    SubscriptionState(
            Core core,
            ChannelName channel,
            Style style,
            SubscribeOptions options,
            Function<Received, Runnable> taskFor,
            Function<Instance, Origin> originFor) {
        this.core = core;
        this.channel = channel;
        this.channelText = channel.toString();
        this.style = style;
        this.options = options;
        this.taskFor = taskFor;
        this.originFor = originFor;
        lane = Handlers.lane(core, options.handling());
    }

    ChannelName channel() {
        return channel;
    }

    String channelText() {
        return channelText;
    }

    String subjectPrefix() {
        return options.subjectPrefix();
    }

    AtPublisher at(Instance publisher) {
        return new AtPublisher(publisher);
    }

    /** This many publishers are known and followed. */
    void onPublishers(int count) {
        synchronized (monitor) {
            wanted = count;
            monitor.notifyAll();
        }
    }

    int publishers() {
        synchronized (monitor) {
            return confirmed.size();
        }
    }

    boolean awaitConnected(long limitNanos) throws InterruptedException {
        long end = core.time.nanoTime() + limitNanos;
        synchronized (monitor) {
            while (wanted == 0 || confirmed.size() < wanted) {
                long left = end - core.time.nanoTime();
                if (left <= 0 || core.isClosing()) {
                    return false;
                }
                monitor.wait(left / 1_000_000 + 1);
            }
            return true;
        }
    }

    private boolean enqueue(Runnable task) {
        if (lane == null) {
            task.run();
            return true;
        }
        return lane.offer(task);
    }

    /** The subscription as one publisher serves it. */
    final class AtPublisher {

        private static final int MOST_SUBJECTS = 10_000;

        private final PeerName name;
        private final Origin origin;
        /** The number of the last event seen of each subject. */
        private final Map<String, Long> seen = new LinkedHashMap<>(16, 0.75f, true);
        /** For a subject that is not in {@link #seen}: nothing before this counts as missed. */
        private long floor;

        private boolean everConfirmed;
        private boolean confirmedNow;

        private AtPublisher(Instance publisher) {
            name = new PeerName(publisher.service(), publisher.name());
            origin = originFor.apply(publisher);
        }

        SubscriptionState subscription() {
            return SubscriptionState.this;
        }

        /** The publisher confirms; events after {@code number} are ours. */
        void onConfirmed(long number) {
            confirmedNow = true;
            if (!everConfirmed) {
                everConfirmed = true;
                floor = number;
            }
            synchronized (monitor) {
                confirmed.add(this);
                monitor.notifyAll();
            }
        }

        /** The feed is opened afresh: what is published meanwhile may be missed, and will show as a gap. */
        void onInterrupted() {
            confirmedNow = false;
            synchronized (monitor) {
                confirmed.remove(this);
            }
        }

        void onGone() {
            synchronized (monitor) {
                confirmed.remove(this);
            }
        }

        boolean isConfirmed() {
            return confirmedNow;
        }

        boolean wants(WireMessage message) {
            EnvelopeKind kind = style == Style.SURVEY ? EnvelopeKind.SURVEY : EnvelopeKind.EVENT;
            return message.kind == kind
                    && channelText.equals(message.channel)
                    && message.subject().startsWith(options.subjectPrefix());
        }

        void onEvent(WireMessage message) {
            String subject = message.subject();
            var received =
                    new Received(core, channel, style, message, Inbound.headers(message, name, core.time), origin);
            if (everConfirmed) {
                long last = seen.getOrDefault(subject, floor);
                if (message.previous > last
                        && !tellGap(received, new Gap(channel, name, subject, last, message.previous))) {
                    return;
                }
            }
            core.inHand.incrementAndGet();
            if (enqueue(taskFor.apply(received))) {
                core.counters.received.increment();
                remember(subject, message.number);
            } else {
                // Dropped: the next one that finds room shows the gap.
                core.inHand.decrementAndGet();
            }
        }

        /** False if there is no room even for that; then the event cannot have any either. */
        private boolean tellGap(Received received, Gap gap) {
            boolean told = enqueue(() -> {
                try {
                    options.gapListener().accept(gap);
                } catch (RuntimeException e) {
                    core.complaints.complain("gap", "The gap listener of " + channel + " failed", e);
                }
            });
            if (told) {
                core.counters.missedEvents.increment();
                received.tell(FlowStep.GAP, 0, "missed some after number " + gap.lastSeen());
                remember(gap.subject(), gap.missedUpTo());
            }
            return told;
        }

        private void remember(String subject, long number) {
            seen.put(subject, number);
            if (seen.size() > MOST_SUBJECTS) {
                var eldest = seen.entrySet().iterator();
                floor = Math.max(floor, eldest.next().getValue());
                eldest.remove();
            }
        }
    }
}
