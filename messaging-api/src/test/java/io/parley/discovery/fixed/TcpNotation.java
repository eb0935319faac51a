package io.parley.discovery.fixed;

import io.parley.transport.AddressFormat;
import io.parley.transport.HostAndPort;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A format of addresses for tests without a transport: {@code tcp://host:port}. Stateless. */
final class TcpNotation implements AddressFormat {

    private static final Pattern ADDRESS =
            Pattern.compile("tcp://(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9._-]+)):([1-9]\\d{0,4})");

    /** Makes a format; all are the same. */
    TcpNotation() {}

    @Override
    public Optional<HostAndPort> parse(String address) {
        Matcher matcher = ADDRESS.matcher(address);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 65535) {
            return Optional.empty();
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return Optional.of(new HostAndPort(host, Integer.parseInt(matcher.group(3))));
    }

    @Override
    public Optional<String> format(String host, int port) {
        String address = "tcp://" + (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
        return Optional.of(address).filter(text -> parse(text).isPresent());
    }
}
