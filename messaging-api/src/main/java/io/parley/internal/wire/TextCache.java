package io.parley.internal.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Texts that recur from message to message (channels, types, content types), so that each need not be made anew. It forgets
 * rather than grows: a slot holds the text that was last seen in it.
 *
 * <p>Confined to the I/O context.
 */
public final class TextCache {

    private static final int SLOTS = 256;

    private final @Nullable Entry[] entries = new @Nullable Entry[SLOTS];

    private record Entry(byte[] octets, String text) {}

    /** What is before the next NUL, as a text; the NUL is passed over. */
    String readToNul(WireReader in, int least, int most, String what) throws MalformedFrameException {
        int length = in.untilNul(most + 1);
        if (length < least || length > most) {
            throw new MalformedFrameException(what + " is too short or too long, or has no end");
        }
        int before = in.narrow(length, what);
        String text = read(in, what);
        in.widen(before);
        in.u8(what);
        return text;
    }

    /** The rest of {@code in} as a text. */
    String read(WireReader in, String what) throws MalformedFrameException {
        byte[] source = in.octets();
        int from = in.position();
        int length = in.remaining();
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = hash * 31 + source[i];
        }
        int slot = (hash ^ hash >>> 8 ^ hash >>> 16) & (SLOTS - 1);
        Entry known = entries[slot];
        if (known != null && Arrays.equals(known.octets, 0, known.octets.length, source, from, from + length)) {
            in.skipRest();
            return known.text;
        }
        String read = in.restAsText(what);
        entries[slot] = new Entry(read.getBytes(StandardCharsets.UTF_8), read);
        return read;
    }
}
