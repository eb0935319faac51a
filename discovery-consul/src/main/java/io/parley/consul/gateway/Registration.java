package io.parley.consul.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A service instance as an agent is told of it, with a check that has to be renewed. Immutable.
 *
 * @param id unique on the agent
 * @param name what it is an instance of, in Consul's words
 * @param ttl how long the check stays passing after it was last renewed
 * @param removeAfter how long it may stay critical before Consul removes it
 */
public record Registration(
        String id,
        String name,
        String address,
        int port,
        List<String> tags,
        SortedMap<String, String> meta,
        Duration ttl,
        Duration removeAfter) {

    public Registration {
        tags = List.copyOf(tags);
        meta = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(Map.copyOf(meta)));
    }

    String checkId() {
        return checkId(id);
    }

    static String checkId(String id) {
        return "service:" + id;
    }
}
