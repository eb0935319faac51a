package io.parley.discovery.fixed;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses whose host is a name, and all that the name stands for. Thread-safe. */
final class HostNames {

    private static final Pattern NAMED = Pattern.compile("tcp://([^\\[\\]:/]*[^\\[\\]:/0-9.][^\\[\\]:/]*):(\\d{1,5})");

    private final Resolver resolver;

    /** Knows what names stand for. May take its time. */
    @FunctionalInterface
    interface Resolver {

        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    HostNames(Resolver resolver) {
        this.resolver = resolver;
    }

    static boolean isNamed(String address) {
        return NAMED.matcher(address).matches();
    }

    /**
     * One address for each that the host's name stands for; of IPv4 and IPv6, those that the machine prefers, as a name with both is
     * mostly one place. The address itself if it has no name, or one that stands for nothing just now.
     */
    Set<String> resolve(String address) {
        Matcher named = NAMED.matcher(address);
        if (!named.matches()) {
            return Set.of(address);
        }
        try {
            List<InetAddress> found = List.of(resolver.resolve(named.group(1)));
            boolean isIpv6 = found.get(0) instanceof Inet6Address;
            Set<String> resolved = new LinkedHashSet<>();
            for (InetAddress each : found) {
                if (isIpv6 == each instanceof Inet6Address) {
                    String host = isIpv6 ? '[' + each.getHostAddress() + ']' : each.getHostAddress();
                    resolved.add("tcp://" + host + ':' + named.group(2));
                }
            }
            return resolved;
        } catch (UnknownHostException | RuntimeException e) {
            // Whatever one name makes the resolver throw, the other addresses are told.
            return Set.of(address);
        }
    }
}
