package io.parley.consul;

import io.parley.channel.ChannelName;
import io.parley.consul.gateway.ConsulAddress;
import io.parley.consul.gateway.GatewaySettings;
import io.parley.consul.gateway.Tls;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a discovery was built with. Immutable.
 *
 * @param prefix of services' names in Consul; may be empty
 * @param zone may be empty
 * @param ttl how long an instance passes after its last sign of life
 * @param removeAfter how long it may then be critical before Consul removes it
 * @param watchTime how long a watch waits for news before it asks afresh
 * @param grace how long an instance that Consul lost with its memory is kept
 * @param connections how many watches may wait at Consul at a time
 */
record ConsulSettings(
        ConsulAddress address,
        Tls tls,
        Supplier<String> token,
        String datacenter,
        String prefix,
        List<String> tags,
        String zone,
        Duration ttl,
        Duration removeAfter,
        Duration watchTime,
        Duration requestTimeout,
        Duration grace,
        int connections,
        boolean isStaleAllowed) {

    /** The tag by which all that is Parley's can be told. */
    static final String TAG = "parley";

    /** The metadata that says where an instance is. */
    static final String ZONE = "zone";

    private static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;
    private static final int LONGEST_NAME = 63;

    GatewaySettings gateway() {
        return new GatewaySettings(
                address,
                address.isSecure() ? tls.context() : null,
                tls.certificate() != null,
                token,
                datacenter,
                requestTimeout,
                connections,
                MAX_ANSWER_BYTES);
    }

    /**
     * What Consul calls {@code service}.
     *
     * @throws IllegalArgumentException if that is too long for it
     */
    String consulName(String service) {
        String name = prefix + ChannelName.requireServiceName(service);
        if (name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("With the prefix, the service's name is longer than the " + LONGEST_NAME
                    + " characters that DNS holds: \"" + name + '"');
        }
        return name;
    }

    /** Never the token. */
    @Override
    public String toString() {
        return "Consul at " + address;
    }
}
