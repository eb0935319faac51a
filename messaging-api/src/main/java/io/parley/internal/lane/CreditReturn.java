package io.parley.internal.lane;

/** Is told what has become of messages, so that what they took can be granted anew. Thread-safe. */
public interface CreditReturn {

    /**
     * Messages are done with, one way or another: what they took may be granted anew, where there is credit. Each is among them once.
     *
     * @param bytes what their envelopes took
     */
    void done(int messages, long bytes);

    /**
     * One-way messages are done with. Each is among them once, before {@link #done} is called for it.
     *
     * @param numbers theirs, in the order in which they came; the caller goes on to use the object
     */
    void finished(NumberRanges numbers);

    /** Whether so many are of so little account that {@link #done} may be called for them later. */
    boolean isLittle(int messages, long bytes);
}
