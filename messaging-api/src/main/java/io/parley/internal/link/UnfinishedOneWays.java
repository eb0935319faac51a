package io.parley.internal.link;

import io.parley.internal.lane.NumberRanges;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.transport.MemoryBudget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one-way messages that were handed to one link and are not known to be finished: whatever becomes of the link, their sender can be told
 * of each. Whole frames are kept, as they were sent, so that nothing is done for the single message. The bytes come from a budget; of what
 * is beyond that only the number is known, so that who never says what is finished costs no more than the budget.
 *
 * <p>Confined to the I/O context.
 */
public final class UnfinishedOneWays {

    /** All links of a peer keep no more than this, */
    private static final long MOST_BYTES = 64L * 1024 * 1024;
    /** and no more than this part of the heap. */
    private static final int PART_OF_HEAP = 16;
    /** What is known of a frame takes this much besides a bit for each message; those that are done are not left out at once. */
    private static final int RECORD = 200;
    /** Ranges of numbers of which nothing more is known. */
    private static final int MOST_UNRECORDED = 4096;

    private final MemoryBudget budget;
    /** In the order in which they were sent; those that are finished are left out now and then. */
    private final List<SentFrame> frames = new ArrayList<>();
    /** Among {@link #frames}. */
    private int done;

    private long sent;
    private long unfinished;
    /** Those that stand in none of {@link #frames}: not even for that was there room. */
    private final NumberRanges unrecorded = new NumberRanges();

    private @Nullable SentFrame decodedFrame;
    private final Map<MessageId, Integer> decoded = new HashMap<>();

    /**
     * The rest of a link that ended.
     *
     * @param messages those that are at hand
     * @param beyond how many more there were
     * @param capacity the bytes that all links of the peer may keep
     */
    public record Rest(List<WireMessage> messages, long beyond, long capacity) {}

    /** @param budget what is kept is paid from it */
    UnfinishedOneWays(MemoryBudget budget) {
        this.budget = budget;
    }

    /** The part of a peer's budget for what all its links keep. */
    static MemoryBudget partOf(MemoryBudget budget) {
        return budget.part(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / PART_OF_HEAP));
    }

    /** A frame was handed to the link. */
    void onSent(byte[] octets, PackedFrame.OneWays oneWays) {
        add(oneWays, octets, null, octets.length);
    }

    /**
     * The last of a message was handed to the link that went in chunks.
     *
     * @param since since when its remaining time counts
     */
    void onSent(WireMessage large, long since) {
        long sequence = large.id.sequence();
        add(new PackedFrame.OneWays(1, sequence, sequence, since), null, large, large.payloadLength());
    }

    private void add(PackedFrame.OneWays oneWays, byte @Nullable [] octets, @Nullable WireMessage large, int length) {
        long first = sent + 1;
        sent += oneWays.count();
        unfinished += oneWays.count();
        int record = RECORD + oneWays.count() / Byte.SIZE;
        if (budget.tryReserve(record + length)) {
            frames.add(new SentFrame(first, oneWays, octets, large, record + length));
        } else if (budget.tryReserve(record)) {
            frames.add(new SentFrame(first, oneWays, null, null, record));
        } else {
            unrecorded.add(first, oneWays.count());
            if (unrecorded.size() > MOST_UNRECORDED) {
                // Nobody finishes in such an order; what is left out here counts as unfinished until the link ends.
                unrecorded.removeFirst();
            }
        }
    }

    /**
     * The other side is done with some.
     *
     * @return false if it cannot be, as there were not so many; then none of them is taken as finished
     */
    boolean onFinished(Control.Finished finished) {
        List<Long> firsts = finished.firsts();
        List<Integer> counts = finished.counts();
        for (int i = 0; i < firsts.size(); i++) {
            if (firsts.get(i) + counts.get(i) - 1 > sent) {
                return false;
            }
        }
        for (int i = 0; i < firsts.size(); i++) {
            finish(firsts.get(i), firsts.get(i) + counts.get(i));
        }
        // Those before a message that takes its time are all that is left for long.
        if (2 * done >= frames.size()) {
            frames.removeIf(SentFrame::isDone);
            done = 0;
        }
        return true;
    }

    private void finish(long from, long to) {
        for (int i = find(from); i < frames.size() && frames.get(i).first() < to; i++) {
            SentFrame frame = frames.get(i);
            if (!frame.isDone()) {
                settle(frame, frame.finish(from, to));
            }
        }
        if (!unrecorded.isEmpty()) {
            unfinished -= unrecorded.removeAll(from, to);
        }
    }

    private void settle(SentFrame frame, int newlyFinished) {
        unfinished -= newlyFinished;
        if (frame.isDone()) {
            done++;
            forget(frame);
        }
    }

    private void forget(SentFrame frame) {
        budget.release(frame.drop());
        if (frame == decodedFrame) {
            decodedFrame = null;
            decoded.clear();
        }
    }

    /** The first frame whose numbers do not all lie before {@code number}. */
    private int find(long number) {
        int low = 0;
        int high = frames.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (frames.get(middle).end() <= number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Takes out the message with this id, which the other side has refused; null if it is not at hand. */
    @Nullable
    WireMessage takeRefused(MessageId id, long now) {
        // Those that stand together are refused together: to decode a frame anew for each would take long.
        SentFrame latest = decodedFrame;
        WireMessage message = latest == null ? null : takeRefused(latest, id, now);
        // And mostly in the order in which they were sent.
        int start = latest == null ? 0 : find(latest.first());
        for (int i = 0; message == null && i < frames.size(); i++) {
            message = takeRefused(frames.get((start + i) % frames.size()), id, now);
        }
        return message;
    }

    private @Nullable WireMessage takeRefused(SentFrame frame, MessageId id, long now) {
        Integer index = frame.mayHold(id.sequence()) ? decode(frame).get(id) : null;
        if (index == null || frame.isFinished(index)) {
            return null;
        }
        WireMessage message = frame.message(index, now);
        settle(frame, frame.finish(frame.first() + index, frame.first() + index + 1));
        return message;
    }

    private Map<MessageId, Integer> decode(SentFrame frame) {
        if (frame != decodedFrame) {
            decoded.clear();
            List<MessageId> ids = frame.decode();
            for (int i = 0; i < ids.size(); i++) {
                decoded.put(ids.get(i), i);
            }
            if (decodedFrame != null) {
                decodedFrame.undecode();
            }
            decodedFrame = frame;
        }
        return decoded;
    }

    boolean isEmpty() {
        return unfinished == 0;
    }

    /** The link has ended: answers what is left, and keeps nothing of it. */
    Rest end(long now) {
        var messages = new ArrayList<WireMessage>();
        for (int i = 0; i < frames.size(); i++) {
            SentFrame frame = frames.get(i);
            frame.addUnfinishedTo(messages, now);
            budget.release(frame.drop());
        }
        var rest = new Rest(messages, unfinished - messages.size(), budget.capacity());
        frames.clear();
        done = 0;
        unfinished = 0;
        unrecorded.clear();
        decodedFrame = null;
        decoded.clear();
        return rest;
    }
}
