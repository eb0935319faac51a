package io.parley.benchmarks.worker;

/**
 * One process's part in a case. Confined to one thread, which calls one method after the other, but for {@link #initiated}, {@link
 * #arrived} and {@link #missed}.
 */
interface Part {

    /** Makes itself reachable, and answers how; "-" if there is nothing to know. */
    String open() throws Exception;

    /** Begins, once the other part is open and, if this one initiates, has begun. Does not wait for the end. */
    void begin(String address) throws Exception;

    /** Takes on what it is to do beside what it does, if there is such a thing. Does not wait for the end. */
    default void load() {}

    /** What this part initiated, if it does. */
    default Tally initiated() {
        return Tally.single();
    }

    /** What reached this part: messages, or answers. */
    Tally arrived();

    /** What it knows not to have reached it. */
    default long missed() {
        return 0;
    }

    /** Fails if something has gone wrong on a thread of its own. */
    default void failIfFailed() {}

    /** Initiates nothing more, and waits for what is outstanding. */
    default void stop() throws Exception {}

    /** Lets go of everything. */
    void close();
}
