package io.parley;

import io.parley.message.Message;
import io.parley.message.MessageId;
import java.util.concurrent.CompletableFuture;

/**
 * Sends one-way messages to one instance of the service that owns a point-to-point channel. Several instances share the
 * messages (competing consumers). Thread-safe.
 *
 * <p>One-way means: the message was handed to a link that had room. If the receiver refuses it later, or the link breaks, that
 * is told to the peer's {@link DeadLetterChannel} where it can be known.
 */
public interface Sender<T> {

    /**
     * Sends a {@linkplain io.parley.message.Command command} named after the channel. If no link is ready yet, waits for one
     * until the peer's default time limit.
     *
     * @throws io.parley.failure.NotSentException if it could not be handed over: no instance, no room, too large, too late
     * @throws io.parley.failure.InterruptedCallException if the thread is interrupted while it waits; its interrupt flag is set. Where
     *     nothing has to be waited for, an interrupted thread sends as any other
     */
    MessageId send(T payload);

    /** As {@link #send(Object)}, with a form and headers of the caller's choosing. A deadline in them also limits the wait. */
    MessageId send(Message<T> message);

    /**
     * As {@link #send(Message)}, without waiting: the stage completes once a link had room for the message, or with what
     * {@code send} would throw. Where {@code send} finds no room and fails, this waits for room until the time limit.
     */
    CompletableFuture<MessageId> sendAsync(Message<T> message);

    /** As {@link #sendAsync(Message)}, with a command named after the channel. */
    CompletableFuture<MessageId> sendAsync(T payload);
}
