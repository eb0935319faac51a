package io.parley;

import io.parley.message.Message;
import java.util.concurrent.CompletableFuture;

/** Answers a request or a survey. Called by several threads at a time, unless {@link HandlerOptions} says otherwise. */
@FunctionalInterface
public interface Replier<Q, A> {

    /**
     * The answer; never null.
     *
     * @throws io.parley.failure.HandlerFault to answer with a failure that has a code
     * @throws Exception to answer with a failure; its message travels
     */
    A onRequest(Message<Q> request) throws Exception;

    /** This replier, as one that answers with a stage already complete. */
    default AsyncReplier<Q, A> asAsync() {
        return request -> CompletableFuture.completedFuture(onRequest(request));
    }
}
