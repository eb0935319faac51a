package io.parley.internal.link;

import io.parley.internal.convert.SentAt;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.WireMessage;
import io.parley.time.TimeSource;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packs envelopes into frames, which wait here for their link. Not thread-safe, but for what {@link #swap} returns. */
final class FramePacker {

    /** Above this an envelope begins a new frame: one that fills the transport's buffers and needs no more of them. */
    private static final int PACKED = 64 * 1024 - 32;

    private final TimeSource time;
    private final ArrayDeque<PackedFrame> frames = new ArrayDeque<>();
    /** Of the frame in {@link #writer}. */
    private final PackedFrame.Tally tally = new PackedFrame.Tally();

    private final SentAt sentAt = new SentAt();
    private FrameWriter writer = new FrameWriter();
    /** Takes turns with the other one, so that nobody waits while a frame is copied. */
    private FrameWriter spare = new FrameWriter();

    private long frameBytes;
    private int maxFrame = Integer.MAX_VALUE;

    FramePacker(TimeSource time) {
        this.time = time;
    }

    /** @param maxFrame the largest frame that the other side accepts, in bytes */
    void open(int maxFrame) {
        this.maxFrame = maxFrame;
    }

    boolean isEmpty() {
        return writer.size() == 0 && frames.isEmpty();
    }

    /** How many bytes wait here. */
    long bytes() {
        return frameBytes + writer.size();
    }

    /** How many frames wait here, the one that is being packed included. */
    int frames() {
        return frames.size() + (writer.size() > 0 ? 1 : 0);
    }

    /**
     * Packs a message, which is either kept by {@link #keep} or taken back by {@link #takeBack} before anything else is done here.
     *
     * @return how many bytes its envelope takes
     */
    int pack(WireMessage message) {
        boolean alone = writer.size() == 0;
        if (!alone && writer.size() + message.payloadLength() > PACKED) {
            seal();
            alone = true;
        }
        sentAt.before(message);
        int size = writer.append(message);
        if (!alone && isFull() && size <= maxFrame - FrameFormat.OVERHEAD) {
            writer.takeBack();
            seal();
            size = writer.append(message);
        }
        return size;
    }

    void takeBack() {
        writer.takeBack();
    }

    /** @param countsOneWays whether one-way messages are kept until they are finished */
    void keep(WireMessage message, boolean countsOneWays) {
        sentAt.after(message);
        if (countsOneWays && message.kind() == EnvelopeKind.ONE_WAY) {
            if (tally.isEmpty()) {
                tally.begin(time.nanoTime());
            }
            tally.add(message.id.sequence());
        }
    }

    void add(Control control) {
        boolean alone = writer.size() == 0;
        writer.append(control);
        if (!alone && isFull()) {
            writer.takeBack();
            seal();
            writer.append(control);
        }
    }

    /** A message goes in chunks, past the frames. */
    void beforeTransfer(WireMessage message) {
        sentAt.beforeTransfer(message);
    }

    /** Has what comes next begin a new frame. */
    void seal() {
        if (writer.size() > 0) {
            byte[] frame = writer.take();
            frames.add(new PackedFrame(frame, tally.take()));
            frameBytes += frame.length;
        }
    }

    /** Above this, what comes next begins a new frame. */
    private boolean isFull() {
        return writer.size() > Math.min(PACKED, maxFrame);
    }

    /** Takes out the first frame that is sealed; null if none is. */
    @Nullable
    PackedFrame poll() {
        PackedFrame frame = frames.poll();
        if (frame != null) {
            frameBytes -= frame.octets().length;
        }
        return frame;
    }

    /** Takes out what is known of the one-way messages in the frame that is being packed; null if there are none. */
    PackedFrame.@Nullable OneWays oneWays() {
        return tally.take();
    }

    /** Returns the writer of the frame that is being packed, which nobody else uses until the next call. */
    FrameWriter swap() {
        FrameWriter full = writer;
        writer = spare;
        spare = full;
        return full;
    }

    /** Takes out all frames. */
    void drainTo(List<PackedFrame> all) {
        seal();
        all.addAll(frames);
        frames.clear();
        frameBytes = 0;
    }
}
