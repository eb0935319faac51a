package io.parley;

import io.parley.message.Message;

/** Handles messages that want no answer. Called by several threads at a time, unless {@link HandlerOptions} says otherwise. */
@FunctionalInterface
public interface Receiver<T> {

    /** @throws Exception to make a dead letter of the message */
    void onMessage(Message<T> message) throws Exception;
}
