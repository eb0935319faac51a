package io.parley.transport;

import io.parley.environment.Environment;
import java.util.Objects;

/**
 * What a peer asks of its port.
 *
 * @param name the peer's name, for threads and logs
 * @param environment where the port's time and threads come from
 * @param maxFrameBytes frames above this are neither sent nor accepted on links; at least 1
 * @param maxQueuedFrames how many frames the transport may hold for one link before {@code send} answers false; at least 1. What
 *     comes after that waits with the peer, where more urgent frames can still go first
 * @param maxPublicationBytes frames above this are neither published nor accepted on feeds; at least 1
 * @param maxQueuedPublications how many frames the transport may hold for one subscriber before {@code publish} drops; at least 1
 * @param memory bounds the heap that connections and subscriptions of others may take: the transport reserves what each of them holds,
 *     and hangs up on whoever comes when nothing is left
 */
public record PortOptions(
        String name,
        Environment environment,
        int maxFrameBytes,
        int maxQueuedFrames,
        int maxPublicationBytes,
        int maxQueuedPublications,
        MemoryBudget memory) {

    public PortOptions {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(environment, "environment");
        Objects.requireNonNull(memory, "memory");
        requirePositive(maxFrameBytes, "maxFrameBytes");
        requirePositive(maxQueuedFrames, "maxQueuedFrames");
        requirePositive(maxPublicationBytes, "maxPublicationBytes");
        requirePositive(maxQueuedPublications, "maxQueuedPublications");
    }

    /** The same bounds for links and for feeds, and none for memory. */
    public PortOptions(String name, Environment environment, int maxFrameBytes, int maxQueuedFrames) {
        this(
                name,
                environment,
                maxFrameBytes,
                maxQueuedFrames,
                maxFrameBytes,
                maxQueuedFrames,
                MemoryBudget.unbounded());
    }

    private static void requirePositive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1: " + value);
        }
    }
}
