package io.parley.internal.recorder;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.message.MessageId;
import io.parley.observe.FlowEvent;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import io.parley.observe.MessageKind;
import io.parley.observe.PeerFlow;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The latest steps, so many and no more. Numbers go into arrays, and of texts those are kept that are there anyway, so that a step
 * that is written keeps no object alive but these. The arrays are made when the first round comes to them.
 *
 * <p>Thread-safe: a slot is claimed before it is written, and stamped with the step's number when it is complete.
 */
final class StepRing {

    /** Steps that share an array. */
    private static final int CHUNK = 1024;

    private static final int LONGEST_DETAIL = 256;

    private static final VarHandle STAMP = MethodHandles.arrayElementVarHandle(long[].class);
    private static final FlowStep[] STEPS = FlowStep.values();
    private static final InteractionStyle[] STYLES = InteractionStyle.values();
    private static final MessageKind[] KINDS = MessageKind.values();

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
    /** One less than the capacity if that is a power of two, which spares a division; else 0. */
    private final int mask;

    private final AtomicReferenceArray<@Nullable Chunk> chunks;
    private final AtomicLong next = new AtomicLong();

    private static final class Chunk {
        final long[] numbers;
        final @Nullable Object[] texts;

        Chunk(int steps) {
            numbers = new long[steps * NUMBERS];
            texts = new @Nullable Object[steps * TEXTS];
        }
    }

    /** @param capacity at least 1 */
    StepRing(int capacity) {
        this.capacity = capacity;
        mask = Integer.bitCount(capacity) == 1 ? capacity - 1 : 0;
        chunks = new AtomicReferenceArray<>((capacity + CHUNK - 1) / CHUNK);
    }

    /** The number of the step that comes next; the first one's is 0. */
    long next() {
        return next.get();
    }

    /** The number of the oldest step that is still there. */
    long oldest() {
        return Math.max(0, next.get() - capacity);
    }

    /** Writes a step of a message, of which one of two to the power of {@code level} is written; answers the step's number. */
    long write(StepDraft draft, int level) {
        long number = next.getAndIncrement();
        Chunk chunk = chunk(number);
        int slot = slot(number);
        int at = slot * NUMBERS;
        if (!begin(chunk, at)) {
            return number;
        }
        MessageId cause = draft.cause;
        long[] numbers = chunk.numbers;
        numbers[at + AT] = draft.now;
        numbers[at + ID] = draft.id.incarnation();
        numbers[at + ID + 1] = draft.id.sequence();
        numbers[at + CAUSE] = cause == null ? 0 : cause.incarnation();
        numbers[at + CAUSE + 1] = cause == null ? 0 : cause.sequence();
        numbers[at + ELAPSED] = draft.elapsedNanos;
        numbers[at + PACKED] = packed(draft, level);
        @Nullable Object[] texts = chunk.texts;
        int text = slot * TEXTS;
        put(texts, text + CHANNEL, draft.channel);
        put(texts, text + TYPE, draft.type);
        put(texts, text + CORRELATION, draft.correlation);
        put(texts, text + FROM, draft.from);
        put(texts, text + TO, draft.to);
        put(texts, text + DETAIL, cut(draft.detail));
        end(chunk, at, number);
        return number;
    }

    private static long packed(StepDraft draft, int level) {
        MessageKind kind = draft.kind;
        return (long) draft.bytes << 32
                | (long) (draft.attempt & 0xFFFF) << 16
                | (long) level << 11
                | (long) draft.style.ordinal() << 8
                | (kind == null ? 0 : kind.ordinal() + 1) << 6
                | draft.step.ordinal();
    }

    /** Most often it is what the slot held before: to look is cheaper than to have the collector note another reference. */
    private static void put(@Nullable Object[] texts, int at, @Nullable Object text) {
        if (texts[at] != text) {
            texts[at] = text;
        }
    }

    /** Writes what was seen of another peer; answers the step's number. */
    long write(FlowStep step, long now, Object other, @Nullable String detail) {
        long number = next.getAndIncrement();
        Chunk chunk = chunk(number);
        int slot = slot(number);
        int at = slot * NUMBERS;
        if (!begin(chunk, at)) {
            return number;
        }
        chunk.numbers[at + AT] = now;
        chunk.numbers[at + PACKED] = step.ordinal();
        @Nullable Object[] texts = chunk.texts;
        int text = slot * TEXTS;
        Arrays.fill(texts, text, text + TEXTS, null);
        texts[text + TO] = other;
        texts[text + DETAIL] = cut(detail);
        end(chunk, at, number);
        return number;
    }

    /** False if another thread, a whole round behind, is still writing there; then this step is lost. */
    private static boolean begin(Chunk chunk, int at) {
        long stamp = (long) STAMP.getOpaque(chunk.numbers, at + STAMPED);
        return stamp >= 0 && STAMP.compareAndSet(chunk.numbers, at + STAMPED, stamp, -1L);
    }

    private static void end(Chunk chunk, int at, long number) {
        STAMP.setRelease(chunk.numbers, at + STAMPED, number + 1);
    }

    private static @Nullable String cut(@Nullable String detail) {
        return detail == null || detail.length() <= LONGEST_DETAIL
                ? detail
                : detail.substring(0, LONGEST_DETAIL - 1) + '…';
    }

    /** In which slot of all a step is. */
    private int place(long number) {
        return (int) (mask == 0 ? number % capacity : number & mask);
    }

    private Chunk chunk(long number) {
        int index = place(number) / CHUNK;
        Chunk known = chunks.get(index);
        if (known != null) {
            return known;
        }
        var made = new Chunk(Math.min(CHUNK, capacity - index * CHUNK));
        return chunks.compareAndSet(index, null, made) ? made : Objects.requireNonNull(chunks.get(index));
    }

    private int slot(long number) {
        return place(number) % CHUNK;
    }

    /**
     * The step with this number; null if it is not there any more, or not yet.
     *
     * @param wall the time by the wall clock when the monotonic clock says {@code now}
     */
    @Nullable
    FlowEvent read(long number, Instant wall, long now) {
        Chunk chunk = chunks.get(place(number) / CHUNK);
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
        FlowStep step = STEPS[(int) packed & 0x3F];
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
        int kind = (int) (packed >>> 6) & 3;
        String type = (String) texts[text + TYPE];
        String correlation = (String) texts[text + CORRELATION];
        return MessageFlow.builder(step, channel, STYLES[(int) (packed >>> 8) & 7], id)
                .at(time, when)
                .payload(kind == 0 ? null : KINDS[kind - 1], type == null ? "" : type, (int) (packed >>> 32))
                .conversation(
                        correlation,
                        cause == 0 && numbers[at + CAUSE] == 0 ? null : new MessageId(numbers[at + CAUSE], cause))
                .between(String.valueOf(texts[text + FROM]), String.valueOf(to))
                .attempt((int) (packed >>> 16) & 0xFFFF)
                .elapsedNanos(numbers[at + ELAPSED])
                .weight(1 << ((int) (packed >>> 11) & 31))
                .detail(detail)
                .build();
    }
}
