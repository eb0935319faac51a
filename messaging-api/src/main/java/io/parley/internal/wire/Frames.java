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

    /** The largest frame on a link. */
    public static final int LARGEST = 256 * 1024;

    /** How much of an envelope goes in one chunk: with what is around it, it fills one of the transport's buffers. */
    public static final int CHUNK = 64 * 1024 - 32;

    static final int MAGIC = 0x50;

    /** What the length of an envelope takes. */
    public static final int LENGTH = 4;

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
        var writer = new FrameWriter();
        writer.append(control);
        return writer.take();
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
        var inFull = new InFull();
        do {
            int start = in.position();
            int frameEnd = in.narrow(in.u32("length"), "envelope");
            EnvelopeKind kind = EnvelopeKind.of(in.u8("kind"), place);
            if (kind.isMessage() || kind == EnvelopeKind.REPEAT) {
                WireMessage message;
                if (kind.isMessage()) {
                    message = MessageCodec.read(kind, in, texts);
                    inFull.add(message);
                } else {
                    message = MessageCodec.readRepeat(inFull.at(in.u8("index")), in, texts);
                }
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

    /**
     * Reads the message that was put together from chunks.
     *
     * @throws MalformedFrameException if it is none, or no message in full
     */
    static WireMessage readAssembled(byte[] kindAndBody, TextCache texts) throws MalformedFrameException {
        var in = new WireReader(kindAndBody, 0, kindAndBody.length);
        EnvelopeKind kind = EnvelopeKind.of(in.u8("kind"), Place.LINK);
        if (!kind.isMessage()) {
            throw new MalformedFrameException(kind + " in chunks");
        }
        WireMessage message = MessageCodec.read(kind, in, texts);
        message.envelopeSize = kindAndBody.length + LENGTH;
        return message;
    }

    /** The messages in full that a frame has held so far, as far as they can be repeated. */
    private static final class InFull {

        private static final int MOST = 256;

        private WireMessage[] messages = new WireMessage[4];
        private int count;

        private void add(WireMessage message) {
            if (count == MOST) {
                return;
            }
            if (count == messages.length) {
                messages = Arrays.copyOf(messages, 2 * count);
            }
            messages[count++] = message;
        }

        private WireMessage at(int index) throws MalformedFrameException {
            if (index >= count) {
                throw new MalformedFrameException("a repetition of message " + index + " of " + count);
            }
            return messages[index];
        }
    }
}
