package io.parley.transport;

import io.parley.environment.Environment;
import java.util.Objects;

/**
 * What a peer asks of its port.
 *
 * @param name the peer's name, for threads and logs
 * @param environment where the port's time and threads come from
 * @param maxFrameBytes frames above this are neither sent nor accepted; at least 1
 * @param maxQueuedFrames how many frames the transport may hold for one link or one subscriber before {@code send} answers
 *     false and {@code publish} drops; at least 1
 */
public record PortOptions(String name, Environment environment, int maxFrameBytes, int maxQueuedFrames) {

    public PortOptions {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(environment, "environment");
        if (maxFrameBytes < 1 || maxQueuedFrames < 1) {
            throw new IllegalArgumentException(
                    "maxFrameBytes and maxQueuedFrames must be at least 1: " + maxFrameBytes + ", " + maxQueuedFrames);
        }
    }
}
