package io.parley.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * A frame in the making. A message whose head another one of the frame has said already is written as a repetition of that.
 *
 * <p>Not thread-safe.
 */
public final class FrameWriter {

    /** How many heads are remembered; those of further messages are said again. */
    private static final int REMEMBERED = 16;

    private static final int HIGHEST_INDEX = 255;

    private final WireWriter out = new WireWriter();
    private final @Nullable SharedFields[] heads = new @Nullable SharedFields[REMEMBERED];
    private final long[] incarnations = new long[REMEMBERED];
    /** Whose questions are answered; 0 if none are. */
    private final long[] askers = new long[REMEMBERED];

    private final int[] indexes = new int[REMEMBERED];
    private int known;
    /** How many messages stand in full. */
    private int inFull;

    /** As all was before what was appended last. */
    private int sizeBefore;

    private int knownBefore;
    private int inFullBefore;

    /** An empty one. */
    public FrameWriter() {}

    /** How many octets there are. */
    public int size() {
        return out.size();
    }

    /** The frame, which ends with this; the next one begins with what is appended next. */
    public byte[] take() {
        forget(0, 0);
        return out.take();
    }

    /** Drops all there is. */
    public void clear() {
        forget(0, 0);
        out.truncate(0);
    }

    /** Begins a publication: {@code topic}, and the frame that follows it. */
    public void beginPublication(byte[] topic) {
        out.bytes(topic);
        begin();
    }

    public void append(Control control) {
        mark();
        beginIfEmpty();
        int at = openEnvelope();
        ControlCodec.write(control, out);
        closeEnvelope(at, control.kind().envelope());
    }

    /**
     * Adds a message.
     *
     * @return what its envelope takes, its length field included
     * @throws io.parley.failure.UnencodableException if a field holds what the wire cannot; all is as before then
     */
    public int append(WireMessage message) {
        mark();
        try {
            beginIfEmpty();
            int at = openEnvelope();
            int like = find(message);
            if (like >= 0) {
                MessageWriter.writeRepeat(indexes[like], message, out);
            } else {
                MessageWriter.write(message, out);
                remember(message);
            }
            out.bytes(message.octets(), message.payloadOffset(), message.payloadLength());
            closeEnvelope(at, like >= 0 ? EnvelopeKind.REPEAT : message.kind());
            return out.size() - at;
        } catch (Throwable e) {
            takeBack();
            throw e;
        }
    }

    /** Takes back what was appended last. */
    public void takeBack() {
        out.truncate(sizeBefore);
        forget(knownBefore, inFullBefore);
    }

    /** What comes before the payload in the envelope of a message that goes in chunks: its kind, and its body so far. */
    public static byte[] beginningOf(WireMessage message) {
        var out = new WireWriter();
        out.u8(message.kind().code());
        MessageWriter.write(message, out);
        return out.take();
    }

    private void mark() {
        sizeBefore = out.size();
        knownBefore = known;
        inFullBefore = inFull;
    }

    private void forget(int keptKnown, int keptInFull) {
        while (known > keptKnown) {
            heads[--known] = null;
        }
        inFull = keptInFull;
    }

    private int find(WireMessage message) {
        for (int i = 0; i < known; i++) {
            if (message.head.equals(heads[i])
                    && message.id.incarnation() == incarnations[i]
                    && asker(message) == askers[i]) {
                return i;
            }
        }
        return -1;
    }

    private static long asker(WireMessage message) {
        return message.inReplyTo == null ? 0 : message.inReplyTo.incarnation();
    }

    private void remember(WireMessage message) {
        if (known < REMEMBERED && inFull <= HIGHEST_INDEX && message.kind() != EnvelopeKind.FAULT) {
            heads[known] = message.head;
            incarnations[known] = message.id.incarnation();
            askers[known] = asker(message);
            indexes[known] = inFull;
            known++;
        }
        inFull++;
    }

    private void beginIfEmpty() {
        if (out.size() == 0) {
            begin();
        }
    }

    private void begin() {
        out.u8(FrameFormat.MAGIC);
        out.u8(FrameFormat.VERSION);
    }

    private int openEnvelope() {
        int at = out.size();
        out.u32(0);
        out.u8(0);
        return at;
    }

    private void closeEnvelope(int at, EnvelopeKind kind) {
        out.putU32(at, out.size() - at - FrameFormat.LENGTH);
        out.putU8(at + FrameFormat.LENGTH, kind.code());
    }
}
