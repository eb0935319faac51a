package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.Peer;
import io.parley.channel.Channel;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** The channels of the service {@code failing}, which the contracts about failures call, and the waits for what comes of it. */
final class FailingService {

    static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("failing/ask", String.class).withReply(String.class);
    static final PointToPointChannel<Integer> COUNT = PointToPointChannel.of("failing/count", Integer.class);

    private FailingService() {}

    /** Waits until {@code peer} has a link to an instance that serves {@code channel}. */
    static void awaitLink(Peer peer, Channel channel) {
        try {
            assertThat(peer.awaitReachable(channel, PeerSetup.PATIENCE)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until {@code stage} fails, and returns the cause, which must be of {@code type}. */
    static <X extends Throwable> X failureOf(Class<X> type, CompletableFuture<?> stage) {
        var wrapped = catchThrowableOfType(
                ExecutionException.class, () -> stage.get(PeerSetup.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertThat(wrapped).isNotNull();
        Throwable cause = Objects.requireNonNull(wrapped.getCause());
        assertThat(cause).isInstanceOf(type);
        return Objects.requireNonNull(type.cast(cause));
    }

    /** Throws a {@link StackOverflowError}. */
    static CompletableFuture<String> overflowStack() {
        return endless(0);
    }

    private static CompletableFuture<String> endless(int depth) {
        return depth < 0
                ? CompletableFuture.completedFuture("")
                : endless(depth + 1).thenApply(text -> text + depth);
    }
}
