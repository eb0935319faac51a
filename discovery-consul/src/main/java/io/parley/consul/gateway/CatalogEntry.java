package io.parley.consul.gateway;

import java.util.List;
import java.util.Map;

/**
 * A service instance as Consul's catalog has it, whoever put it there. Immutable.
 *
 * @param address the instance's own, or its node's if it has none
 */
public record CatalogEntry(
        String id, String name, String address, int port, List<String> tags, Map<String, String> meta) {

    public CatalogEntry {
        tags = List.copyOf(tags);
        meta = Map.copyOf(meta);
    }
}
