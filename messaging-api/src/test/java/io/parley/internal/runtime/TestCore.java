package io.parley.internal.runtime;

import io.parley.Limits;
import io.parley.codec.BytesCodec;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.environment.Environment;
import io.parley.loadbalance.LoadBalancer;
import io.parley.testkit.UnconnectedPort;
import io.parley.transport.PortOptions;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The core of a peer without the peer, for tests of single classes. */
public final class TestCore {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final int LARGEST_FRAME = 1 << 20;
    private static final int LINKS = 10;

    private TestCore() {}

    /** A core whose port is open, in memory, and which nobody connects to. */
    public static PeerContext bound(Environment environment, Limits limits) {
        return recording(environment, limits, 0);
    }

    /** As {@link #bound}, with a flight recorder of {@code steps}. */
    public static PeerContext recording(Environment environment, Limits limits, int steps) {
        var transport = InMemoryTransport.create();
        var core = new PeerContext(new PeerConfig(
                new PeerConfig.Identity("service", "instance", Map.of(), true),
                new PeerConfig.Plugins(
                        transport, InMemoryDiscovery.create(), List.of(new BytesCodec()), environment, null),
                new PeerConfig.Calling(LoadBalancer.roundRobin(), Map.of(), LIMIT),
                new PeerConfig.Routing(null, null),
                new PeerConfig.Observation(null, null, steps, null, (what, cause) -> {}, letter -> {}),
                limits,
                LIMIT));
        core.bind(transport.open(new PortOptions("port", environment, LARGEST_FRAME, LINKS), new UnconnectedPort()));
        return core;
    }
}
