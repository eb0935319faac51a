package io.parley;

import io.parley.message.Message;
import java.util.concurrent.CompletionStage;

/** Answers a request or a survey with a stage. Called by several threads at a time, unless {@link HandlerOptions} says otherwise. */
@FunctionalInterface
public interface AsyncReplier<Q, A> {

    /**
     * A stage that completes with the answer, or with a failure as {@link Replier#onRequest} would throw it; never null.
     *
     * @throws Exception to answer with a failure at once
     */
    CompletionStage<A> onRequest(Message<Q> request) throws Exception;
}
