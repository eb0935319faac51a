package io.parley.discovery;

import io.parley.environment.Environment;
import java.util.Map;

/**
 * Where peers announce themselves and look for others. Implementations are tried against {@code DiscoveryContract} in the test
 * kit.
 *
 * <p>Thread-safe. One discovery may be opened by several peers.
 */
public interface Discovery {

    /**
     * Begins a membership of the mesh for one peer, or for a mere onlooker.
     *
     * @throws DiscoveryException if the settings can never work; a registry that is away for the moment is not a reason
     */
    Membership open(Environment environment);

    /** What all peers that use this discovery have as metadata, unless their own say otherwise; such as the zone they are in. */
    default Map<String, String> metadata() {
        return Map.of();
    }
}
