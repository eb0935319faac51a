package io.parley.discovery.fixed;

import io.parley.channel.ChannelName;
import io.parley.discovery.Discovery;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.transport.AddressFormat;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Resolves services to addresses that are known beforehand. Names, incarnations and publish addresses are learned from the instances
 * that answer. Until an instance has answered, its name is its address.
 *
 * <p>A host may be a name. Every IP address of the name is an instance. The name is looked up again every ten seconds; the Java
 * runtime may answer from its cache for longer (by default 30 seconds).
 *
 * <p>Read-only: there is no registry, so that a peer with this discovery is announced to nobody. It is found by those that were given its
 * address, or through a registry into which somebody else put it.
 *
 * <p>Immutable. Thread-safe.
 */
public final class FixedDiscovery implements Discovery {

    /** Ends the transport's scheme, with which every address begins. */
    private static final String SCHEME_END = "://";

    private final Map<String, List<String>> addresses;
    private final List<String> everyService;
    private final HostNames names;

    private FixedDiscovery(Builder builder) {
        names = new HostNames(builder.resolver);
        addresses = Map.copyOf(builder.addresses);
        everyService = List.copyOf(builder.everyService);
    }

    /** Knows nobody, until told more. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public ServiceResolver openResolver(Environment environment, AddressFormat addresses) {
        return new FixedResolver(this, environment, addresses);
    }

    /** Blocks while names are looked up. */
    List<Instance> instances(String service, AddressFormat format) {
        return addresses(service).stream()
                .flatMap(address -> names.resolve(address, format).stream())
                .distinct()
                .sorted()
                .map(address -> new Instance(
                        service,
                        address.substring(address.indexOf(SCHEME_END) + SCHEME_END.length()),
                        0,
                        address,
                        "",
                        new TreeMap<>(),
                        Instant.EPOCH,
                        Map.of()))
                .toList();
    }

    /** Whether the addresses of a service may change. */
    boolean hasNames(String service, AddressFormat format) {
        return addresses(service).stream().anyMatch(address -> HostNames.isNamed(address, format));
    }

    private List<String> addresses(String service) {
        return addresses.getOrDefault(service, everyService);
    }

    /** Those that were named. */
    SortedSet<String> services() {
        return new TreeSet<>(addresses.keySet());
    }

    @Override
    public String toString() {
        return "FixedDiscovery" + new TreeMap<>(addresses) + everyService;
    }

    /** Builds a {@link FixedDiscovery}. Not thread-safe. */
    public static final class Builder {

        private static final Pattern ADDRESS = Pattern.compile("[a-z]+" + SCHEME_END + "\\S+");

        private final Map<String, List<String>> addresses = new LinkedHashMap<>();
        private final List<String> everyService = new ArrayList<>();
        private HostNames.Resolver resolver = InetAddress::getAllByName;

        private Builder() {}

        /**
         * Says where an instance of {@code service} accepts links, in the transport's notation, such as
         * {@code tcp://10.0.0.7:7001}. Said again, it is where another one does.
         */
        public Builder instance(String service, String address) {
            List<String> known =
                    addresses.computeIfAbsent(ChannelName.requireServiceName(service), first -> new ArrayList<>());
            add(address, known);
            return this;
        }

        /** Says where links for all services are accepted of which no instance is named: such as a router's address. */
        public Builder everyService(String address) {
            add(address, everyService);
            return this;
        }

        /** For tests. */
        Builder resolver(HostNames.Resolver other) {
            resolver = other;
            return this;
        }

        private static void add(String address, List<String> known) {
            if (!ADDRESS.matcher(address).matches()) {
                throw new IllegalArgumentException(
                        "Not an address: \"" + address + "\" (such as tcp://10.0.0.7:7001 is)");
            }
            if (!known.contains(address)) {
                known.add(address);
            }
        }

        public FixedDiscovery build() {
            addresses.replaceAll((service, known) -> List.copyOf(known));
            return new FixedDiscovery(this);
        }
    }
}
