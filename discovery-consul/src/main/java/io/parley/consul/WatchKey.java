package io.parley.consul;

import io.parley.transport.AddressFormat;

/**
 * Identifies a watch of Consul that several resolvers can share. Immutable.
 *
 * @param addresses the format of the addresses that the watch reads
 */
record WatchKey(String service, AddressFormat addresses) {}
