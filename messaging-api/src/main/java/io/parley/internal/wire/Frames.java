package io.parley.internal.wire;

import io.parley.internal.wire.Control.Chunk;
import io.parley.internal.wire.EnvelopeKind.Place;
import io.parley.message.MessageId;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
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

    /** What a chunk says before its octets. */
    private static final int CHUNK_REST = 4;

    static final int MAGIC = 0x50;

    /** What the length of an envelope takes. */
    public static final int LENGTH = 4;

    /** Where the kind of a frame's first envelope stands. */
    private static final int KIND = OVERHEAD + LENGTH;

    /** What a frame takes besides the one chunk in it. */
    public static final int CHUNK_OVERHEAD = OVERHEAD + LENGTH + 1 + CHUNK_REST;

    /** Is handed the envelopes of a frame, one after the other. */
    public interface Visitor {

        void onControl(Control control);

        void onMessage(WireMessage message);

        /** A message to be filled in, which {@link #onMessage} is handed once that is done. */
        default WireMessage messageOf(Head head, MessageId id) {
            return new WireMessage(head, id);
        }

        /** Whether messages that repeat {@code earlier} are wanted together, as {@link Repeats}, where that can be. */
        default boolean gathers(WireMessage earlier) {
            return false;
        }

        /** Several messages, of such as {@link #gathers} wants. */
        default void onRepeats(Repeats repeats) {
            throw new UnsupportedOperationException("nothing is gathered here");
        }

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
                    message = MessageReader.read(kind, in, texts, visitor);
                    inFull.add(message);
                } else {
                    int index = in.u8("index");
                    WireMessage earlier = inFull.at(index);
                    Repeats repeats =
                            visitor.gathers(earlier) ? Repeats.of(earlier, index, octets, start, frameEnd) : null;
                    if (repeats != null) {
                        in.widen(frameEnd);
                        in.skipTo(repeats.end());
                        visitor.onRepeats(repeats);
                        continue;
                    }
                    message = MessageReader.readRepeat(earlier, in, texts, visitor);
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
                if (kind.isAlone() && (start != first || in.remaining() > 0)) {
                    throw new MalformedFrameException(kind + " with other envelopes in its frame");
                }
                if (topic != null) {
                    topic.requireFits(control, start == first);
                }
                visitor.onControl(control);
            }
        } while (in.remaining() > 0 && visitor.wantsMore());
    }

    /** Whether a frame, malformed or not, is of this protocol and begins with HELLO: whoever sent it speaks Parley. */
    public static boolean beginsWithHello(byte[] frame) {
        return frame.length > KIND
                && frame[0] == MAGIC
                && frame[1] == VERSION
                && frame[KIND] == EnvelopeKind.HELLO.code();
    }

    /** Begins a frame with a chunk: {@code length} octets follow, from {@link #CHUNK_OVERHEAD} on, which the caller fills in. */
    public static void beginChunk(byte[] frame, long rest, int length) {
        var out = new WireWriter(frame);
        out.u8(MAGIC);
        out.u8(VERSION);
        out.u32(1 + CHUNK_REST + length);
        out.u8(EnvelopeKind.CHUNK.code());
        out.u32((int) rest);
    }

    /**
     * Reads the message that came in {@code pieces}.
     *
     * @param size of all of them
     * @throws MalformedFrameException if it is none, or no message in full
     */
    static WireMessage read(Deque<Chunk> pieces, int size, TextCache texts, Visitor visitor)
            throws MalformedFrameException {
        Chunk first = pieces.getFirst();
        EnvelopeKind kind = kindOf(first);
        int payload = payloadBegin(first);
        if (pieces.size() == 1 || payload < 0 || kind == EnvelopeKind.FAULT) {
            byte[] whole = joined(pieces, size);
            return MessageReader.read(kind, new WireReader(whole, 1, size), texts, visitor);
        }
        int before = payload - first.offset();
        WireMessage message =
                MessageReader.read(kind, new WireReader(first.octets(), first.offset() + 1, payload), texts, visitor);
        pieces.removeFirst();
        pieces.addFirst(new Chunk(0, first.octets(), payload, first.length() - before));
        message.payload(new Apart(null, 0, pieces, size - before), size - before);
        return message;
    }

    /** What an envelope is that begins so, and comes in chunks. */
    static EnvelopeKind kindOf(Chunk first) throws MalformedFrameException {
        EnvelopeKind kind = EnvelopeKind.of(first.octets()[first.offset()] & 0xFF, Place.LINK);
        if (!kind.isMessage()) {
            throw new MalformedFrameException(kind + " in chunks");
        }
        return kind;
    }

    /** Where in the octets the payload begins of an envelope that begins so; -1 if that does not say. */
    static int payloadBegin(Chunk first) {
        return MessageReader.payloadBegin(first.octets(), first.offset() + 1, first.offset() + first.length());
    }

    static byte[] joined(Collection<Chunk> pieces, int size) {
        byte[] whole = new byte[size];
        int at = 0;
        for (Chunk piece : pieces) {
            piece.copyTo(whole, at);
            at += piece.length();
        }
        return whole;
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
