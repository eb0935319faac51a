package io.parley.discovery;

import io.parley.environment.Environment;

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
}
