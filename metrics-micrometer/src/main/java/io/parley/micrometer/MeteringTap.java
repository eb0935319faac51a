package io.parley.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.observe.FlowEvent;
import io.parley.observe.FlowStep;
import io.parley.observe.FlowTap;
import io.parley.observe.MessageFlow;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts the steps of messages, and times those that take time, in a registry of Micrometer. Give it to
 * {@link io.parley.PeerBuilder#flowTap}. The meters, each with the tags {@code channel} and {@code style}:
 *
 * <ul>
 *   <li>{@code parley.steps}, a counter with a tag {@code step}, such as {@code sent} or {@code timed_out};
 *   <li>{@code parley.queueing}: how long messages waited for their handler;
 *   <li>{@code parley.handling}: how long the handler had them, if it ended well; {@code faulted} of {@code parley.steps} counts those that
 *       failed;
 *   <li>{@code parley.roundtrip}: how long answers took, as the one sees it who asked; faults are none.
 * </ul>
 *
 * <p>Timers have a count, a sum and a maximum. Histograms, which take some 70 series for each timer of each channel, are left to a
 * {@link io.micrometer.core.instrument.config.MeterFilter} of the registry's. Of more than 1,000 channels the rest have {@code others} as
 * {@code channel}.
 *
 * <p>Thread-safe.
 */
public final class MeteringTap implements FlowTap {

    /** Names of channels come from other peers too, and every meter stays for good. */
    private static final int MOST_CHANNELS = 1_000;

    private static final String OTHERS = "others";

    private final MeterRegistry registry;
    private final ConcurrentHashMap<ChannelName, ChannelMeters> channels = new ConcurrentHashMap<>();

    private MeteringTap(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A tap that keeps its meters in {@code registry}. Several peers may share it, or a registry. */
    public static MeteringTap of(MeterRegistry registry) {
        return new MeteringTap(Objects.requireNonNull(registry, "registry"));
    }

    @Override
    public void onFlow(FlowEvent event) {
        if (event instanceof MessageFlow flow) {
            meters(flow).add(flow);
        }
    }

    private ChannelMeters meters(MessageFlow flow) {
        ChannelMeters known = channels.get(flow.channel());
        if (known != null) {
            return known;
        }
        if (channels.size() >= MOST_CHANNELS) {
            return new ChannelMeters(registry, OTHERS, flow.style());
        }
        return channels.computeIfAbsent(
                flow.channel(), name -> new ChannelMeters(registry, name.toString(), flow.style()));
    }

    /** The meters of one channel, made as they are needed. Thread-safe. */
    private static final class ChannelMeters {

        private static final int STEPS = FlowStep.values().length;

        private final MeterRegistry registry;
        private final Tags tags;
        private final @Nullable Counter[] steps = new @Nullable Counter[STEPS];
        private volatile @Nullable Timer queueing;
        private volatile @Nullable Timer handling;
        private volatile @Nullable Timer roundTrip;

        ChannelMeters(MeterRegistry registry, String channel, InteractionStyle style) {
            this.registry = registry;
            tags = Tags.of("channel", channel, "style", style.text());
        }

        void add(MessageFlow flow) {
            counter(flow.step()).increment();
            switch (flow.step()) {
                case BEGUN -> time(queueing != null ? queueing : (queueing = timer("queueing")), flow);
                case HANDLED -> time(handling != null ? handling : (handling = timer("handling")), flow);
                case ANSWERED -> time(roundTrip != null ? roundTrip : (roundTrip = timer("roundtrip")), flow);
                default -> {
                    // Of other steps it is not how long they take that matters.
                }
            }
        }

        private static void time(Timer timer, MessageFlow flow) {
            timer.record(flow.elapsedNanos(), TimeUnit.NANOSECONDS);
        }

        /** Of two threads that make it at once both get the registry's own. */
        private Counter counter(FlowStep step) {
            Counter known = steps[step.ordinal()];
            if (known == null) {
                known = Counter.builder("parley.steps")
                        .description("Steps of messages")
                        .tags(tags.and("step", step.name().toLowerCase(Locale.ROOT)))
                        .register(registry);
                steps[step.ordinal()] = known;
            }
            return known;
        }

        private Timer timer(String what) {
            return Timer.builder("parley." + what).tags(tags).register(registry);
        }
    }
}
