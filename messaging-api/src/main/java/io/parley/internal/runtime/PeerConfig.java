package io.parley.internal.runtime;

import io.parley.DeadLetterChannel;
import io.parley.ErrorHandler;
import io.parley.Limits;
import io.parley.RouterOptions;
import io.parley.codec.Codec;
import io.parley.discovery.Discovery;
import io.parley.environment.Environment;
import io.parley.loadbalance.LoadBalancer;
import io.parley.observe.FlowTap;
import io.parley.observe.Tracing;
import io.parley.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@link io.parley.PeerBuilder}, checked and complete. Immutable.
 *
 * @param closeTimeout how long {@link io.parley.Peer#close()} may take
 */
public record PeerConfig(
        Identity identity,
        Plugins plugins,
        Calling calling,
        Routing routing,
        Observation observation,
        Limits limits,
        Duration closeTimeout) {

    /**
     * The names of the peer, and what it tells the registry.
     *
     * @param isRegistering false if somebody else registers it, or nobody does
     */
    public record Identity(String service, String instance, Map<String, String> metadata, boolean isRegistering) {}

    /**
     * The parts that can be replaced.
     *
     * @param codecs in the order in which they are asked
     * @param handlerExecutor runs the handlers; null for threads of the peer's own
     */
    public record Plugins(
            Transport transport,
            Discovery discovery,
            List<Codec> codecs,
            Environment environment,
            @Nullable Executor handlerExecutor) {}

    /**
     * How messages are sent.
     *
     * @param balancers for the services that have one of their own
     * @param defaultTimeout how long a call may take that says nothing else
     */
    public record Calling(LoadBalancer balancer, Map<String, LoadBalancer> balancers, Duration defaultTimeout) {}

    /**
     * What the peer has to do with routers.
     *
     * @param forwarding what it forwards, if it is a router itself
     * @param routers the service of the routers that are to know it
     */
    public record Routing(
            @Nullable RouterOptions forwarding, @Nullable String routers) {}

    /**
     * Who hears of what happens.
     *
     * @param recordedSteps how many steps of messages are kept; 0 for none
     * @param redactedFields which fields of payloads are not kept; null if no payload is kept
     */
    public record Observation(
            @Nullable FlowTap flowTap,
            @Nullable Tracing tracing,
            int recordedSteps,
            @Nullable Set<String> redactedFields,
            ErrorHandler errorHandler,
            DeadLetterChannel deadLetters) {}
}
