package io.parley.discovery.fixed;

import io.parley.transport.AddressFormat;
import io.parley.transport.HostAndPort;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Resolves addresses whose host is a name. Thread-safe. */
final class HostNames {

    /** Neither an IPv6 nor an IPv4 address. */
    private static final Pattern NAME = Pattern.compile("[^:]*[^:0-9.][^:]*");

    private final Resolver resolver;

    /** Looks up a name. May block. */
    @FunctionalInterface
    interface Resolver {

        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    HostNames(Resolver resolver) {
        this.resolver = resolver;
    }

    static boolean isNamed(String address, AddressFormat format) {
        return named(address, format).isPresent();
    }

    private static Optional<HostAndPort> named(String address, AddressFormat format) {
        return format.parse(address)
                .filter(endpoint -> NAME.matcher(endpoint.host()).matches());
    }

    /**
     * Returns one address for each IP address of the host's name. Of IPv4 and IPv6, only the kind that the machine prefers, as a name with
     * both is mostly one place. Returns {@code address} itself if it has no name, or the name cannot be resolved now.
     */
    Set<String> resolve(String address, AddressFormat format) {
        Optional<HostAndPort> named = named(address, format);
        if (named.isEmpty()) {
            return Set.of(address);
        }
        try {
            List<InetAddress> found = List.of(resolver.resolve(named.get().host()));
            boolean isIpv6 = found.get(0) instanceof Inet6Address;
            Set<String> resolved = new LinkedHashSet<>();
            for (InetAddress each : found) {
                if (isIpv6 == each instanceof Inet6Address) {
                    resolved.add(
                            format.format(each.getHostAddress(), named.get().port())
                                    .orElse(address));
                }
            }
            return resolved;
        } catch (UnknownHostException | RuntimeException e) {
            // A name that makes the resolver fail must not hide the other addresses.
            return Set.of(address);
        }
    }
}
