package io.parley.internal;

import io.parley.DeadLetterChannel;
import io.parley.ErrorHandler;
import io.parley.Forwarding;
import io.parley.Limits;
import io.parley.balance.LoadBalancer;
import io.parley.codec.Codec;
import io.parley.discovery.Discovery;
import io.parley.environment.Environment;
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
 * What a {@link io.parley.PeerBuilder} collected, checked and complete. Immutable.
 *
 * @param balancers for the services that have one of their own
 */
public record Settings(
        String service,
        String instance,
        Transport transport,
        Discovery discovery,
        boolean isRegistering,
        LoadBalancer balancer,
        Map<String, LoadBalancer> balancers,
        List<Codec> codecs,
        Environment environment,
        @Nullable Executor handlerExecutor,
        Limits limits,
        Duration defaultLimit,
        Duration closeLimit,
        Map<String, String> metadata,
        @Nullable Forwarding forwarding,
        @Nullable String routers,
        @Nullable FlowTap flowTap,
        @Nullable Tracing tracing,
        int recordedSteps,
        @Nullable Set<String> redactedFields,
        ErrorHandler errorHandler,
        DeadLetterChannel deadLetters) {}
