package io.parley;

import io.parley.message.Message;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Asks one instance of the service that owns a channel and awaits its answer. Thread-safe.
 *
 * <p>There is always a deadline: the one in the message's headers, or the time limit given, or the peer's default; within a
 * handler, never later than the deadline of the message being handled. It travels with the request, and work whose deadline
 * has passed is not begun.
 */
public interface Requestor<Q, A> {

    /**
     * Asks, and waits for the answer.
     *
     * @return the answer's payload
     * @throws io.parley.failure.MessagingException if there is none; its {@code outcome()} tells whether to retry. An interrupt
     *     ends the wait at once as {@link io.parley.failure.InterruptedCallException}, with the thread's interrupt flag set; a thread
     *     that is interrupted already sends nothing
     * @throws IllegalStateException if called in the I/O context, where waiting would stop the answer from arriving
     */
    A request(Q payload);

    /** As {@link #request(Object)}, within {@code limit}. */
    A request(Q payload, Duration limit);

    /** As {@link #request(Object)}, with a form and headers of the caller's choosing; answers with the whole message. */
    Message<A> request(Message<Q> message);

    /** As {@link #request(Object)}, without waiting. The stage completes on the peer's pool; cancelling it tells the replier. */
    CompletableFuture<A> requestAsync(Q payload);

    /** As {@link #requestAsync(Object)}, within {@code limit}. */
    CompletableFuture<A> requestAsync(Q payload, Duration limit);

    /** As {@link #request(Message)}, without waiting. */
    CompletableFuture<Message<A>> requestAsync(Message<Q> message);
}
