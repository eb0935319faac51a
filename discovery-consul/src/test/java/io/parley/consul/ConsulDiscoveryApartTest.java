package io.parley.consul;

import io.parley.discovery.Discovery;

/** The contract with each resolver and registry as if in a process of its own. */
class ConsulDiscoveryApartTest extends ConsulDiscoveryTest {

    @Override
    protected Discovery discovery() {
        return newDiscovery();
    }
}
