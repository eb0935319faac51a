package io.parley.zmq;

import io.parley.transport.AddressFormat;
import io.parley.transport.HostAndPort;
import io.parley.transport.TransportException;
import io.parley.zmq.socket.TcpEndpoint;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Converts {@code tcp://host:port}, the format of {@link ZmqTransport}'s addresses. Checks the form only: a host that cannot be
 * is found when a link connects to it, and reported there. Stateless.
 */
final class TcpAddresses implements AddressFormat {

    static final TcpAddresses INSTANCE = new TcpAddresses();

    private static final Pattern ADDRESS = Pattern.compile(
            TcpEndpoint.SCHEME + "(?:\\[([0-9A-Fa-f:.]{2,45})]|([A-Za-z0-9._-]{1,253})):([1-9][0-9]{0,4})");

    private TcpAddresses() {}

    @Override
    public Optional<HostAndPort> parse(String address) {
        Matcher matcher = ADDRESS.matcher(address);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 65535) {
            return Optional.empty();
        }
        String ipv6 = matcher.group(1);
        String host = ipv6 == null ? matcher.group(2) : ipv6;
        return Optional.of(new HostAndPort(host, Integer.parseInt(matcher.group(3))))
                .filter(endpoint -> (TcpEndpoint.SCHEME + endpoint).equals(address));
    }

    @Override
    public Optional<String> format(String host, int port) {
        return Optional.of(new TcpEndpoint(host, port).toString())
                .filter(address -> parse(address).isPresent());
    }

    /** Reads an address as people write it, with the scheme or without. Also checks the host. */
    static Optional<String> read(String text) {
        try {
            String address = text.startsWith(TcpEndpoint.SCHEME) ? text : TcpEndpoint.SCHEME + text;
            return Optional.of(TcpEndpoint.parse(address).toString());
        } catch (TransportException e) {
            return Optional.empty();
        }
    }
}
