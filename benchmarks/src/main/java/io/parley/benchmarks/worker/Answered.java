package io.parley.benchmarks.worker;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Is told how a request ended, on whichever thread. A {@link BiConsumer} so that it can be handed to a future as it is. Thread-safe. */
interface Answered<A> extends BiConsumer<@Nullable A, @Nullable Throwable> {

    void onAnswer(A answer);

    void onFailure(Throwable cause);

    @Override
    default void accept(@Nullable A answer, @Nullable Throwable cause) {
        if (answer != null) {
            onAnswer(answer);
        } else {
            onFailure(cause != null ? cause : new IllegalStateException("Neither an answer nor a failure"));
        }
    }
}
