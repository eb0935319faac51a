package io.parley;

import io.parley.message.Message;
import io.parley.message.MessageId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A question put to many, and the answers to it so far. It ends at its deadline, when enough have answered, or when the caller
 * says so; a response that comes later is told apart. Closing it is the same as {@link #end}. Thread-safe.
 */
public interface Survey<A> extends AutoCloseable {

    /** The id of the question, which every response names. */
    MessageId id();

    /** The responses that came in time so far, in the order of arrival. */
    List<Message<A>> responses();

    /**
     * Has {@code listener} told every response in time, those that are already there included, in the order of arrival, one at a
     * time, on the peer's pool.
     */
    Survey<A> onResponse(Consumer<Message<A>> listener);

    /** Has {@code listener} told responses that come after the end, for as long again as the survey's limit, on the peer's pool. */
    Survey<A> onLate(Consumer<Message<A>> listener);

    /** Faults that responders answered with, in the order of arrival. */
    List<RuntimeException> faults();

    /** Completes when the survey ends, with all responses that came in time. It does not fail for lack of them. */
    CompletableFuture<List<Message<A>>> whenEnded();

    /**
     * Waits for the end and returns the responses.
     *
     * @throws InterruptedException if the waiting thread is interrupted; the survey goes on
     */
    List<Message<A>> await() throws InterruptedException;

    /** Ends the survey now. */
    void end();

    @Override
    default void close() {
        end();
    }
}
