package io.parley.message;

import java.util.Objects;

/**
 * Who sent a message: a service and one instance of it. Written {@code service/instance}. Immutable.
 *
 * @param service the service's name, such as {@code orders}
 * @param instance the instance's name, unique within the service at any one time, such as {@code orders-3f9a}
 */
public record PeerName(String service, String instance) {

    public PeerName {
        Objects.requireNonNull(service, "service");
        Objects.requireNonNull(instance, "instance");
    }

    @Override
    public String toString() {
        return service + '/' + instance;
    }
}
