package io.parley.internal.recorder;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.message.MessageId;
import io.parley.observe.FlowEvent;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import io.parley.observe.PeerFlow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The latest steps of a peer ({@link StepRing}). Above some rate it records a sample of the messages ({@link Sampling}), and of each channel
 * it keeps figures.
 *
 * <p>Thread-safe.
 */
public final class FlightRecorder {

    /** Where those count that are too many, or have names that anybody can make up. */
    public static final ChannelName OTHERS = new ChannelName("unknown", "unknown");

    /** What is recorded of all messages, for long and at once. More than that costs more than it tells. */
    private static final long STEPS_PER_SECOND = 20_000;

    private static final long BURST = 8_192;
    private static final int STEPS_BETWEEN_LOOKS = 64;
    private static final int MOST_CHANNELS = 1_000;

    private final int capacity;
    private final Sampling sampling;
    private final StepRing ring;
    private final LongAdder leftOut = new LongAdder();
    private final ConcurrentHashMap<ChannelName, ChannelFigures> figures = new ConcurrentHashMap<>();
    /** Those of the latest step, which the next one is most likely to be of. */
    private volatile @Nullable ChannelFigures latest;

    /** @param capacity how many steps; 0 to record nothing */
    public FlightRecorder(int capacity) {
        this.capacity = capacity;
        ring = new StepRing(Math.max(1, capacity));
        sampling = new Sampling(capacity == 0 ? 0 : STEPS_PER_SECOND, BURST);
    }

    /** Whether the steps of a message are to be recorded. All peers keep the same messages, as far as they can. */
    public boolean keeps(MessageId id) {
        return sampling.choice().keeps(id.sequence()) && capacity > 0;
    }

    /** Which messages' steps are to be recorded at this moment. */
    public Choice choice() {
        return sampling.choice();
    }

    public boolean isOff() {
        return capacity == 0;
    }

    public int capacity() {
        return capacity;
    }

    /** The number of the step that comes next; the first one's is 0. */
    public long next() {
        return ring.next();
    }

    /** The number of the oldest step that is still there. */
    public long oldest() {
        return ring.oldest();
    }

    /** About how many steps were not recorded, as there were too many. */
    public long leftOut() {
        return leftOut.sum();
    }

    /** One of how many messages is recorded at this moment. */
    public int oneOf() {
        return 1 << sampling.level();
    }

    /** Records a step of a message. */
    public void record(StepDraft draft) {
        if (capacity == 0) {
            return;
        }
        int level = keeps(draft.id) ? sampling.level() : 0;
        long weight = 1L << level;
        figures(draft.counted, draft.style).add(draft.step, draft.elapsedNanos, weight);
        if (level > 0) {
            leftOut.add(weight - 1);
        }
        onRecorded(ring.write(draft, level), draft.now);
    }

    /** Records what this peer saw of another. */
    public void record(FlowStep step, long now, Object other, @Nullable String detail) {
        if (capacity > 0) {
            onRecorded(ring.write(step, now, other, detail), now);
        }
    }

    private void onRecorded(long number, long now) {
        if ((number + 1) % STEPS_BETWEEN_LOOKS == 0) {
            sampling.onRecorded(STEPS_BETWEEN_LOOKS, now);
        }
    }

    private ChannelFigures figures(ChannelName channel, InteractionStyle style) {
        ChannelFigures recent = latest;
        if (recent != null && recent.channel() == channel) {
            return recent;
        }
        ChannelFigures known = figures.get(channel);
        if (known != null) {
            latest = known;
            return known;
        }
        ChannelName name = figures.size() < MOST_CHANNELS ? channel : OTHERS;
        return figures.computeIfAbsent(name, unseen -> new ChannelFigures(unseen, style));
    }

    /** Once per heartbeat interval. */
    public void onBeat(long now) {
        sampling.onBeat(now);
    }

    /** A new period begins, for the figures that are of late. */
    public void turn() {
        figures.values().forEach(ChannelFigures::turn);
    }

    /** The channels with figures. */
    public Collection<ChannelName> channels() {
        return figures.values().stream().map(ChannelFigures::channel).toList();
    }

    /**
     * Writes the figures of {@code channel} as a JSON object.
     *
     * @param style if nothing was recorded of it yet
     */
    public void writeFigures(JsonText out, ChannelName channel, InteractionStyle style, boolean isServed, int queued) {
        ChannelFigures known = figures.get(channel);
        (known != null ? known : new ChannelFigures(channel, style)).write(out, isServed, queued);
    }

    /**
     * Reads the steps from number {@code from} up to, but without, number {@code to}, as far as they are still there.
     *
     * @param wall the time by the wall clock when the monotonic clock says {@code now}
     * @param reader is given each event, and its number
     */
    public void read(long from, long to, Instant wall, long now, BiConsumer<FlowEvent, Long> reader) {
        for (long number = Math.max(from, oldest()); number < Math.min(to, next()); number++) {
            FlowEvent event = ring.read(number, wall, now);
            if (event != null) {
                reader.accept(event, number);
            }
        }
    }

    /** What is left of {@code flows} if of two to the power of {@code level} messages but one is kept, with its weight. */
    public List<FlowEvent> sample(List<FlowEvent> flows, int level) {
        var sample = new ArrayList<FlowEvent>();
        Choice choice = Choice.ofLevel(level);
        for (FlowEvent flow : flows) {
            if (flow instanceof MessageFlow message
                    && !flow.step().isTrouble()
                    && choice.keeps(message.id().sequence())) {
                sample.add(message.weighing(Math.max(message.weight(), 1 << level)));
            } else if (flow instanceof PeerFlow) {
                sample.add(flow);
            }
        }
        return sample;
    }
}
