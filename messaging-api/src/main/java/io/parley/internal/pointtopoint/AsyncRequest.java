package io.parley.internal.pointtopoint;

import io.parley.failure.MessagingException;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Message;
import io.parley.time.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request whose caller has a stage. It is itself the task that decodes the answer and completes the stage.
 *
 * @param <R> the type that the stage completes with
 */
final class AsyncRequest<A, R> extends Request<A> implements Runnable {

    private final Outcome outcome = new Outcome();
    private final Function<Message<A>, R> result;
    private @Nullable WireMessage answer;
    private @Nullable MessagingException failure;

    /** @param result makes of the answer what the stage completes with */
    AsyncRequest(RequestTarget<A> target, WireMessage message, Deadline deadline, Function<Message<A>, R> result) {
        super(target, message, deadline, IfFull.WAIT);
        this.result = result;
    }

    /** Returns the stage. To cancel it ends the wait for the answer. */
    CompletableFuture<R> outcome() {
        return outcome;
    }

    @Override
    Runnable onAnswer(WireMessage answer) {
        this.answer = answer;
        return this;
    }

    @Override
    void onFailure(MessagingException cause) {
        failure = cause;
        core.runCallback(this);
    }

    @Override
    public void run() {
        WireMessage arrived = answer;
        MessagingException failed = failure;
        if (failed != null) {
            outcome.completeExceptionally(failed);
        } else if (arrived != null) {
            try {
                outcome.complete(result.apply(decode(arrived)));
            } catch (Throwable e) {
                outcome.completeExceptionally(e);
            }
        }
    }

    /** The stage. Those that hang on it are ordinary ones. */
    private final class Outcome extends CompletableFuture<R> {

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled && abandon()) {
                stopAwaiting();
            }
            return cancelled;
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }
}
