package io.parley.console;

import io.parley.consul.ConsulDiscovery;
import io.parley.consul.ConsulDiscoveryBuilder;
import io.parley.discovery.Discovery;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.zmq.ZmqTransport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Where peers look for each other: {@code local}, {@code consul} or {@code consul=URL}, or {@code at=ADDRESS,...} for peers of all services.
 * With Consul, the rest is taken from where its own command line takes it: {@code CONSUL_HTTP_ADDR} and the like. Immutable.
 *
 * @param url of Consul; empty for others
 * @param addresses empty for the others
 */
record DiscoveryChoice(String url, List<String> addresses, Map<String, String> environment) {

    static final String LOCAL = "local";

    private static final String CONSUL = "consul";
    private static final String AT = "at=";
    private static final String DEFAULT_MESH = "default";
    private static final String DEFAULT_URL = "http://127.0.0.1:8500";

    /** @throws CommandException if {@code text} is none of them */
    static DiscoveryChoice of(String text, Map<String, String> environment) {
        if (text.equals(LOCAL)) {
            return new DiscoveryChoice("", List.of(), environment);
        }
        if (text.equals(CONSUL)) {
            return new DiscoveryChoice(usualUrl(environment), List.of(), environment);
        }
        if (text.startsWith(CONSUL + '=')) {
            String url = text.substring(CONSUL.length() + 1);
            return new DiscoveryChoice(url.contains("://") ? url : "http://" + url, List.of(), environment);
        }
        if (text.startsWith(AT)) {
            List<String> addresses = Stream.of(text.substring(AT.length()).split(",", -1))
                    .map(DiscoveryChoice::address)
                    .toList();
            return new DiscoveryChoice("", addresses, environment);
        }
        throw new CommandException(
                ExitCode.WRONG_USAGE,
                "expected local, consul, consul=URL or at=HOST:PORT as discovery, not '" + text + "'");
    }

    private static String address(String text) {
        return ZmqTransport.readAddress(text)
                .orElseThrow(() -> new CommandException(
                        ExitCode.WRONG_USAGE, "expected an address such as tcp://10.0.0.7:7001, not '" + text + "'"));
    }

    boolean isConsul() {
        return !url.isEmpty();
    }

    /** Whether peers can be found only by addresses that are given. */
    boolean isFixed() {
        return !addresses.isEmpty();
    }

    /** As an option of another process. */
    String text() {
        if (isFixed()) {
            return AT + String.join(",", addresses);
        }
        return isConsul() ? CONSUL + '=' + url : LOCAL;
    }

    /** What people call the mesh. */
    String describe(String mesh) {
        if (isFixed()) {
            return "the mesh at " + String.join(", ", addresses);
        }
        return "mesh " + mesh + (isConsul() ? " of Consul at " + url : "");
    }

    /** @throws CommandException if there can be no such mesh */
    Discovery open(String mesh) {
        return open(mesh, builder -> {});
    }

    /**
     * @param more is said to Consul, if that is it
     * @throws CommandException if there can be no such mesh
     */
    Discovery open(String mesh, Consumer<ConsulDiscoveryBuilder> more) {
        try {
            if (isConsul()) {
                ConsulDiscoveryBuilder builder = consul(mesh);
                more.accept(builder);
                return builder.build();
            }
            if (isFixed()) {
                FixedDiscovery.Builder fixed = FixedDiscovery.builder();
                addresses.forEach(fixed::everyService);
                return fixed.build();
            }
            return mesh.indexOf('/') < 0
                    ? LocalDirectoryDiscovery.mesh(mesh)
                    : LocalDirectoryDiscovery.at(Path.of(mesh));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.WRONG_USAGE, String.valueOf(e.getMessage()));
        }
    }

    /** In Consul, all meshes but the default one have their name before those of their services. */
    private ConsulDiscoveryBuilder consul(String mesh) {
        if (mesh.indexOf('/') >= 0) {
            throw new CommandException(ExitCode.WRONG_USAGE, "with Consul, a mesh is a name, no directory: " + mesh);
        }
        ConsulDiscoveryBuilder builder = ConsulDiscovery.builder(url);
        if (!mesh.equals(DEFAULT_MESH)) {
            builder.prefix(mesh + '-');
        }
        String tokenFile = setting("CONSUL_HTTP_TOKEN_FILE");
        if (!setting("CONSUL_HTTP_TOKEN").isEmpty()) {
            builder.token(setting("CONSUL_HTTP_TOKEN"));
        } else if (!tokenFile.isEmpty()) {
            builder.tokenFile(Path.of(tokenFile));
        }
        if (!setting("CONSUL_CACERT").isEmpty()) {
            builder.authority(Path.of(setting("CONSUL_CACERT")));
        }
        if (!setting("CONSUL_CLIENT_CERT").isEmpty()
                && !setting("CONSUL_CLIENT_KEY").isEmpty()) {
            builder.certificate(Path.of(setting("CONSUL_CLIENT_CERT")), Path.of(setting("CONSUL_CLIENT_KEY")));
        }
        return builder;
    }

    private String setting(String name) {
        return environment.getOrDefault(name, "");
    }

    private static String usualUrl(Map<String, String> environment) {
        String address = environment.getOrDefault("CONSUL_HTTP_ADDR", "");
        if (address.isEmpty()) {
            return DEFAULT_URL;
        }
        boolean isSecure = environment.getOrDefault("CONSUL_HTTP_SSL", "").equals("true");
        return address.contains("://") ? address : (isSecure ? "https://" : "http://") + address;
    }

    /** Not what is in the environment, which may hold a secret. */
    @Override
    public String toString() {
        return text();
    }
}
