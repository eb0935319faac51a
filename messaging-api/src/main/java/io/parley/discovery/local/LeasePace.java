package io.parley.discovery.local;

import java.time.Duration;

/**
 * The times of leases. Immutable.
 *
 * @param ttl for how long a lease is valid after its last renewal
 * @param pollInterval how often the directory is read
 */
record LeasePace(Duration ttl, Duration pollInterval) {}
