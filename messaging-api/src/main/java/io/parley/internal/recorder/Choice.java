package io.parley.internal.recorder;

/**
 * Which messages are recorded at one moment: those whose number, scattered, has none of some upper bits. Immutable.
 *
 * @param mask these bits; 0 for all messages, and all bits for none
 */
public record Choice(long mask) {

    public static final Choice ALL = new Choice(0);
    public static final Choice NONE = new Choice(-1);

    /** Scatters numbers that follow each other, so that those who send in turns are all seen. */
    private static final long SCATTER = 0x9E37_79B9_7F4A_7C15L;

    /** One of two to the power of {@code level} messages. */
    static Choice ofLevel(int level) {
        return level == 0 ? ALL : new Choice(-1L << (64 - level));
    }

    /** Whether a message with this number is recorded. */
    public boolean keeps(long number) {
        return (number * SCATTER & mask) == 0;
    }
}
