package io.parley.console.registrar;

import io.parley.discovery.Instance;
import java.time.Duration;
import java.util.List;

/**
 * Whom to look after. Immutable.
 *
 * @param ping how often a quiet instance is asked for a sign of life
 * @param removeAfter how long one may be without before it is taken out of the registry
 * @param instances of each at least service and address, never the incarnation
 */
public record RegistrarConfig(Duration ping, Duration removeAfter, List<Instance> instances) {

    public RegistrarConfig {
        instances = List.copyOf(instances);
    }
}
