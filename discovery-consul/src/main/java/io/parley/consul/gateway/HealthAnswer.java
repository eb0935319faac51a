package io.parley.consul.gateway;

import java.time.Duration;
import java.util.List;

/**
 * The healthy instances of one service. Immutable.
 *
 * @param index to ask for the next answer with; at least 1, or 0 if it did not say
 * @param lastContact how long ago the server that answered last heard of the leading one
 * @param isLeaderKnown whether Consul's servers have one that leads
 * @param isFiltered whether Consul says that there is more, which this token may not see
 * @param broken what was no entry at all, for people
 */
public record HealthAnswer(
        long index,
        Duration lastContact,
        boolean isLeaderKnown,
        boolean isFiltered,
        List<CatalogEntry> entries,
        List<String> broken) {

    public HealthAnswer {
        entries = List.copyOf(entries);
        broken = List.copyOf(broken);
    }
}
