package io.parley.internal.observe;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.message.MessageId;
import io.parley.observe.FlowEvent;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import io.parley.observe.PeerFlow;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The latest steps of a peer, in a ring. To record one makes no object: numbers go into arrays, and of texts the ring keeps the ones that
 * are there anyway. Above some rate it records a sample of the messages ({@link Sampling}), and of each channel it keeps figures.
 *
 * <p>Thread-safe.
 */
public final class FlightRecorder {

    /** Steps that share an array, which is made when the first of them comes. */
    private static final int CHUNK = 1024;

    /** What is recorded of all messages, for long and at once. More than that costs more than it tells. */
    private static final long STEPS_PER_SECOND = 20_000;

    private static final long BURST = 8_192;
    private static final int STEPS_BETWEEN_LOOKS = 64;
    private static final int MOST_CHANNELS = 1_000;
    private static final int LONGEST_DETAIL = 256;

    private static final VarHandle STAMP = MethodHandles.arrayElementVarHandle(long[].class);
    private static final FlowStep[] STEPS = FlowStep.values();
    private static final Style[] STYLES = Style.values();
    private static final ChannelName OTHERS = new ChannelName("unknown", "unknown");

    // The numbers of a step. They fill a cache line.
    private static final int STAMPED = 0;
    private static final int AT = 1;
    private static final int ID = 2;
    private static final int CAUSE = 4;
    private static final int ELAPSED = 6;
    private static final int PACKED = 7;
    private static final int NUMBERS = 8;

    // Its texts, or what they are made of.
    private static final int CHANNEL = 0;
    private static final int TYPE = 1;
    private static final int CORRELATION = 2;
    private static final int FROM = 3;
    private static final int TO = 4;
    private static final int DETAIL = 5;
    private static final int TEXTS = 6;

    private final int capacity;
    private final Sampling sampling;
    private final AtomicReferenceArray<@Nullable Chunk> chunks;
    private final AtomicLong next = new AtomicLong();
    private final LongAdder leftOut = new LongAdder();
    private final ConcurrentHashMap<ChannelName, ChannelFigures> figures = new ConcurrentHashMap<>();

    private static final class Chunk {
        final long[] numbers;
        final @Nullable Object[] texts;

        Chunk(int steps) {
            numbers = new long[steps * NUMBERS];
            texts = new @Nullable Object[steps * TEXTS];
        }
    }

    /** @param capacity how many steps; 0 to record nothing */
    public FlightRecorder(int capacity) {
        this.capacity = capacity;
        sampling = new Sampling(capacity == 0 ? 0 : STEPS_PER_SECOND, BURST);
        chunks = new AtomicReferenceArray<>((capacity + CHUNK - 1) / CHUNK);
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
        return next.get();
    }

    /** The number of the oldest step that is still there. */
    public long oldest() {
        return Math.max(0, next.get() - capacity);
    }

    /** About how many steps were not recorded, as there were too many. */
    public long leftOut() {
        return leftOut.sum();
    }

    /** One of how many messages is recorded at this moment. */
    public int oneOf() {
        return 1 << sampling.level();
    }

    /**
     * Records a step of a message.
     *
     * @param now by the monotonic clock
     * @param from has the text {@code service/instance}
     * @param to likewise, or that of a channel or a service
     */
    public void record(
            FlowStep step,
            long now,
            ChannelName channel,
            Style style,
            @Nullable String type,
            MessageId id,
            @Nullable String correlation,
            @Nullable MessageId cause,
            Object from,
            Object to,
            int attempt,
            long elapsedNanos,
            int bytes,
            @Nullable String detail) {
        if (capacity == 0) {
            return;
        }
        int level = keeps(id) ? sampling.level() : 0;
        long weight = 1L << level;
        figures(channel, style).add(step, elapsedNanos, weight);
        if (level > 0) {
            leftOut.add(weight - 1);
        }
        long number = next.getAndIncrement();
        Chunk chunk = chunk(number);
        int slot = slot(number);
        int at = slot * NUMBERS;
        if (!begin(chunk, at)) {
            return;
        }
        long[] numbers = chunk.numbers;
        numbers[at + AT] = now;
        numbers[at + ID] = id.incarnation();
        numbers[at + ID + 1] = id.sequence();
        numbers[at + CAUSE] = cause == null ? 0 : cause.incarnation();
        numbers[at + CAUSE + 1] = cause == null ? 0 : cause.sequence();
        numbers[at + ELAPSED] = elapsedNanos;
        numbers[at + PACKED] = (long) bytes << 32
                | (long) (attempt & 0xFFFF) << 16
                | (long) level << 11
                | (long) style.ordinal() << 8
                | step.ordinal();
        @Nullable Object[] texts = chunk.texts;
        int text = slot * TEXTS;
        texts[text + CHANNEL] = channel;
        texts[text + TYPE] = type;
        texts[text + CORRELATION] = correlation;
        texts[text + FROM] = from;
        texts[text + TO] = to;
        texts[text + DETAIL] = cut(detail);
        end(chunk, at, number, now);
    }

    /** Records what this peer saw of another. */
    public void record(FlowStep step, long now, Object other, @Nullable String detail) {
        if (capacity == 0) {
            return;
        }
        long number = next.getAndIncrement();
        Chunk chunk = chunk(number);
        int slot = slot(number);
        int at = slot * NUMBERS;
        if (!begin(chunk, at)) {
            return;
        }
        chunk.numbers[at + AT] = now;
        chunk.numbers[at + PACKED] = step.ordinal();
        @Nullable Object[] texts = chunk.texts;
        int text = slot * TEXTS;
        java.util.Arrays.fill(texts, text, text + TEXTS, null);
        texts[text + TO] = other;
        texts[text + DETAIL] = cut(detail);
        end(chunk, at, number, now);
    }

    /** False if another thread, a whole round behind, is still writing there; then this step is lost. */
    private static boolean begin(Chunk chunk, int at) {
        long stamp = (long) STAMP.getOpaque(chunk.numbers, at + STAMPED);
        return stamp >= 0 && STAMP.compareAndSet(chunk.numbers, at + STAMPED, stamp, -1L);
    }

    private void end(Chunk chunk, int at, long number, long now) {
        STAMP.setRelease(chunk.numbers, at + STAMPED, number + 1);
        if ((number + 1) % STEPS_BETWEEN_LOOKS == 0) {
            sampling.onRecorded(STEPS_BETWEEN_LOOKS, now);
        }
    }

    private static @Nullable String cut(@Nullable String detail) {
        return detail == null || detail.length() <= LONGEST_DETAIL
                ? detail
                : detail.substring(0, LONGEST_DETAIL - 1) + '…';
    }

    private ChannelFigures figures(ChannelName channel, Style style) {
        ChannelFigures known = figures.get(channel);
        if (known != null) {
            return known;
        }
        ChannelName name = figures.size() < MOST_CHANNELS ? channel : OTHERS;
        return figures.computeIfAbsent(name, unseen -> new ChannelFigures(unseen, style));
    }

    private Chunk chunk(long number) {
        int index = (int) (number % capacity / CHUNK);
        Chunk known = chunks.get(index);
        if (known != null) {
            return known;
        }
        var made = new Chunk(Math.min(CHUNK, capacity - index * CHUNK));
        return chunks.compareAndSet(index, null, made) ? made : Objects.requireNonNull(chunks.get(index));
    }

    private int slot(long number) {
        return (int) (number % capacity % CHUNK);
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
    public void writeFigures(JsonText out, ChannelName channel, Style style, boolean isServed, int queued) {
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
        for (long number = Math.max(from, oldest()); number < Math.min(to, next.get()); number++) {
            FlowEvent event = read(number, wall, now);
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

    /** Null if it is not there any more, or not yet. */
    private @Nullable FlowEvent read(long number, Instant wall, long now) {
        Chunk chunk = chunks.get((int) (number % capacity / CHUNK));
        if (chunk == null) {
            return null;
        }
        int slot = slot(number);
        int at = slot * NUMBERS;
        long[] numbers = chunk.numbers;
        if ((long) STAMP.getAcquire(numbers, at + STAMPED) != number + 1) {
            return null;
        }
        FlowEvent event = event(chunk, at, slot * TEXTS, wall, now);
        VarHandle.acquireFence();
        return (long) STAMP.getOpaque(numbers, at + STAMPED) == number + 1 ? event : null;
    }

    private static @Nullable FlowEvent event(Chunk chunk, int at, int text, Instant wall, long now) {
        long[] numbers = chunk.numbers;
        @Nullable Object[] texts = chunk.texts;
        long packed = numbers[at + PACKED];
        long when = numbers[at + AT];
        Instant time = wall.plusNanos(when - now);
        FlowStep step = STEPS[(int) packed & 0xFF];
        String detail = (String) texts[text + DETAIL];
        Object to = texts[text + TO];
        if (step.isOfPeer()) {
            return new PeerFlow(step, time, when, String.valueOf(to), detail);
        }
        ChannelName channel = (ChannelName) texts[text + CHANNEL];
        if (channel == null) {
            // It is just being overwritten.
            return null;
        }
        var id = new MessageId(numbers[at + ID], numbers[at + ID + 1]);
        long cause = numbers[at + CAUSE + 1];
        String type = (String) texts[text + TYPE];
        String correlation = (String) texts[text + CORRELATION];
        return new MessageFlow(
                step,
                time,
                when,
                channel,
                STYLES[(int) (packed >>> 8) & 7],
                type == null ? "" : type,
                id,
                correlation == null ? id.toString() : correlation,
                cause == 0 && numbers[at + CAUSE] == 0 ? null : new MessageId(numbers[at + CAUSE], cause),
                String.valueOf(texts[text + FROM]),
                String.valueOf(to),
                (int) (packed >>> 16) & 0xFFFF,
                numbers[at + ELAPSED],
                (int) (packed >>> 32),
                1 << ((int) (packed >>> 11) & 31),
                detail);
    }
}
