package io.parley.internal.wire;

import io.parley.internal.wire.EnvelopeKind.Place;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Frames: magic, version and the envelopes in between. Stateless. */
public final class Frames {

    /** The one version of the protocol that is spoken here. */
    public static final int VERSION = 1;

    /** What a frame takes besides its envelopes. */
    public static final int OVERHEAD = 2;

    private static final int MAGIC = 0x50;

    /** Is handed the envelopes of a frame, one after the other. */
    public interface Visitor {

        void onControl(Control control);

        void onMessage(WireMessage message);

        /** Whether the rest of the frame is still wanted; asked after each envelope. */
        default boolean wantsMore() {
            return true;
        }
    }

    private Frames() {}

    /** A frame with nothing but {@code control} in it. */
    public static byte[] of(Control control) {
        var out = new WireWriter();
        append(control, out);
        return out.take();
    }

    /** Adds an envelope to the frame in {@code out}, beginning one if {@code out} is empty. */
    public static void append(Control control, WireWriter out) {
        begin(out);
        int at = openEnvelope(out);
        EnvelopeKind kind = ControlCodec.write(control, out);
        closeEnvelope(at, kind, out);
    }

    /**
     * Adds an envelope to the frame in {@code out}, beginning one if {@code out} is empty.
     *
     * @return what the envelope takes, its length field included
     * @throws io.parley.failure.UnencodableException if a field holds what the wire cannot; {@code out} is as before then
     */
    public static int append(WireMessage message, WireWriter out) {
        int before = out.size();
        try {
            begin(out);
            return appendEnvelope(message, out);
        } catch (RuntimeException e) {
            out.truncate(before);
            throw e;
        }
    }

    /** Takes back what was appended after {@code out} had {@code size}. */
    public static void takeBack(WireWriter out, int size) {
        out.truncate(size);
    }

    /** Begins a publication: {@code topic}, and the frame that follows it. */
    public static void beginPublication(byte[] topic, WireWriter out) {
        out.bytes(topic);
        beginAlways(out);
    }

    /** Takes the frame as it was when {@code out} had {@code size}, and leaves a new one that begins with what came after. */
    public static byte[] split(WireWriter out, int size) {
        byte[] all = out.take();
        beginAlways(out);
        out.bytes(all, size, all.length - size);
        return Arrays.copyOf(all, size);
    }

    private static int appendEnvelope(WireMessage message, WireWriter out) {
        int at = openEnvelope(out);
        MessageCodec.write(message, out);
        closeEnvelope(at, message.kind, out);
        return out.size() - at;
    }

    private static void beginAlways(WireWriter out) {
        out.u8(MAGIC);
        out.u8(VERSION);
    }

    /**
     * Hands the envelopes of a link's frame to {@code visitor}.
     *
     * @throws MalformedFrameException at the first envelope that is malformed; those before it have been handed over
     */
    public static void read(byte[] frame, TextCache texts, Visitor visitor) throws MalformedFrameException {
        read(frame, null, texts, visitor);
    }

    /**
     * Hands the envelopes of a frame to {@code visitor}: of a feed's, if there is a topic in front of it.
     *
     * @throws MalformedFrameException at the first envelope that is malformed; those before it have been handed over
     */
    public static void read(byte[] octets, @Nullable Topic topic, TextCache texts, Visitor visitor)
            throws MalformedFrameException {
        var in = new WireReader(octets, topic == null ? 0 : topic.end(), octets.length);
        Place place = topic == null ? Place.LINK : Place.FEED;
        if (in.u8("magic") != MAGIC) {
            throw new MalformedFrameException("not a frame of Parley");
        }
        int version = in.u8("version");
        if (version != VERSION) {
            throw new MalformedFrameException("frame version " + version);
        }
        int first = in.position();
        do {
            int start = in.position();
            int frameEnd = in.narrow(in.u32("length"), "envelope");
            EnvelopeKind kind = EnvelopeKind.of(in.u8("kind"), place);
            if (kind.isMessage()) {
                WireMessage message = MessageCodec.read(kind, in, texts);
                message.envelopeSize = in.end() - start;
                in.widen(frameEnd);
                if (topic != null) {
                    topic.requireFits(message);
                }
                visitor.onMessage(message);
            } else {
                Control control = ControlCodec.read(kind, in);
                in.widen(frameEnd);
                if (topic != null) {
                    topic.requireFits(control, start == first);
                }
                visitor.onControl(control);
            }
        } while (in.remaining() > 0 && visitor.wantsMore());
    }

    private static void begin(WireWriter out) {
        if (out.size() == 0) {
            beginAlways(out);
        }
    }

    private static int openEnvelope(WireWriter out) {
        int at = out.size();
        out.u32(0);
        out.u8(0);
        return at;
    }

    private static void closeEnvelope(int at, EnvelopeKind kind, WireWriter out) {
        out.putU32(at, out.size() - at - 4);
        out.putU8(at + 4, kind.code());
    }
}
