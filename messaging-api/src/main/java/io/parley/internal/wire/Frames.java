package io.parley.internal.wire;

import io.parley.internal.wire.Control.Chunk;
import io.parley.internal.wire.EnvelopeKind.Place;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Frames: magic, version and the envelopes in between. Stateless. */
public final class Frames {

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
    public static void read(byte[] frame, TextCache texts, FrameVisitor visitor) throws MalformedFrameException {
        read(frame, null, texts, visitor);
    }

    /**
     * Hands the envelopes of a frame to {@code visitor}: of a feed's, if there is a topic in front of it.
     *
     * @throws MalformedFrameException at the first envelope that is malformed; those before it have been handed over
     */
    public static void read(byte[] octets, @Nullable Topic topic, TextCache texts, FrameVisitor visitor)
            throws MalformedFrameException {
        var in = new WireReader(octets, topic == null ? 0 : topic.end(), octets.length);
        Place place = topic == null ? Place.LINK : Place.FEED;
        if (in.u8("magic") != FrameFormat.MAGIC) {
            throw new MalformedFrameException("not a frame of Parley");
        }
        int version = in.u8("version");
        if (version != FrameFormat.VERSION) {
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
                    RepeatedEnvelopes repeats = visitor.gathers(earlier)
                            ? RepeatedEnvelopes.of(earlier, index, octets, start, frameEnd)
                            : null;
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
        return frame.length > FrameFormat.KIND
                && frame[0] == FrameFormat.MAGIC
                && frame[1] == FrameFormat.VERSION
                && frame[FrameFormat.KIND] == EnvelopeKind.HELLO.code();
    }

    /** Begins a frame with a chunk: {@code length} octets follow, from {@link FrameFormat#CHUNK_OVERHEAD} on, which the caller fills in. */
    public static void beginChunk(byte[] frame, long rest, int length) {
        var out = new WireWriter(frame);
        out.u8(FrameFormat.MAGIC);
        out.u8(FrameFormat.VERSION);
        out.u32(1 + FrameFormat.CHUNK_REST + length);
        out.u8(EnvelopeKind.CHUNK.code());
        out.u32((int) rest);
    }

    /**
     * Reads the message that came in {@code pieces}.
     *
     * @param size of all of them
     * @throws MalformedFrameException if it is none, or no message in full
     */
    static WireMessage read(Deque<Chunk> pieces, int size, TextCache texts, FrameVisitor visitor)
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
        message.payload(new ChunkedPayload(null, 0, pieces, size - before), size - before);
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
