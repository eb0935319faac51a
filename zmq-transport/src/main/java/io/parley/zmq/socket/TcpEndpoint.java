package io.parley.zmq.socket;

import io.parley.transport.TransportException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TCP address as ZeroMQ writes it, {@code tcp://host:port}. Immutable.
 *
 * @param host a name or an address, an IPv6 address without its brackets
 * @param port 0 for any
 */
public record TcpEndpoint(String host, int port) {

    public static final String SCHEME = "tcp://";

    private static final Pattern ADDRESS = Pattern.compile(SCHEME + "(\\[[^\\[\\]]*]|[^:\\[\\]]*):([0-9]{1,5})");
    /** An address as others tell it, whose host is not looked at. */
    private static final Pattern TOLD = Pattern.compile("(" + SCHEME + ".+):([1-9][0-9]{0,4})");

    private static final int QUOTED = 300;

    /**
     * The address of a port that exists.
     *
     * @throws TransportException if {@code address} is none
     */
    public static TcpEndpoint parse(String address) {
        Matcher matcher = ADDRESS.matcher(address);
        if (!matcher.matches()) {
            throw notAnAddress(address, "expected tcp://host:port");
        }
        int port = Integer.parseInt(matcher.group(2));
        if (port < 1 || port > 65535) {
            throw notAnAddress(address, "a port is between 1 and 65535");
        }
        try {
            String host = Hosts.require(matcher.group(1));
            if (Hosts.isWildcard(host)) {
                throw notAnAddress(address, "its host stands for all addresses");
            }
            return new TcpEndpoint(host, port);
        } catch (IllegalArgumentException e) {
            throw notAnAddress(address, "its host is neither a name nor an IP address");
        }
    }

    /** The port in {@code bound}, as JeroMQ tells what it has bound to. */
    static int portOf(String bound) {
        return Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1));
    }

    /** Returns the address with the host of {@code dialled} and the port of {@code told}; empty if one of them is none. */
    static String onHostOf(String dialled, String told) {
        Matcher port = TOLD.matcher(told);
        Matcher host = TOLD.matcher(dialled);
        return port.matches() && host.matches() ? host.group(1) + ':' + port.group(2) : "";
    }

    private static TransportException notAnAddress(String address, String why) {
        String quoted = address.length() <= QUOTED ? address : address.substring(0, QUOTED) + "...";
        return new TransportException("Not a TCP address: \"" + quoted + "\" (" + why + ")");
    }

    /** The address at which {@code resolved} answers for this endpoint's host. */
    TcpEndpoint at(InetAddress resolved) {
        return new TcpEndpoint(resolved.getHostAddress(), port);
    }

    /** Whether the host is an address, so that no name server has to be asked. */
    boolean isLiteral() {
        return Hosts.isLiteral(host);
    }

    /** Told by its colons, as {@link Inet6Address} writes them too. */
    boolean isIpv6() {
        return host.indexOf(':') >= 0;
    }

    @Override
    public String toString() {
        return SCHEME + (isIpv6() ? "[" + host + "]" : host) + ":" + port;
    }
}
