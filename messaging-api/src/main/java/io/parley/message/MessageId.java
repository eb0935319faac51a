package io.parley.message;

import java.util.HexFormat;

/**
 * Names one message: the sender's incarnation (64 random bits drawn when the peer opened) and its sequence number. Unique
 * without anybody being asked, cheap to make, and a run of them shows gaps.
 *
 * <p>Written as sixteen hexadecimal digits, a hyphen and the sequence number in decimal. Immutable.
 */
public record MessageId(long incarnation, long sequence) {

    /** @throws IllegalArgumentException if {@code text} is not what {@link #toString} writes */
    public static MessageId parse(String text) {
        if (text.length() > 17 && text.charAt(16) == '-') {
            try {
                return new MessageId(
                        HexFormat.fromHexDigitsToLong(text, 0, 16),
                        Long.parseUnsignedLong(text, 17, text.length(), 10));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("Not a message id: " + text, e);
            }
        }
        throw new IllegalArgumentException("Not a message id: " + text);
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(incarnation) + '-' + Long.toUnsignedString(sequence);
    }
}
