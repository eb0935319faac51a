package io.parley.zmq.socket;

import io.parley.transport.TransportException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TCP address as ZeroMQ writes it, {@code tcp://host:port}. Immutable.
 *
 * @param host a name or an address, an IPv6 address without its brackets
 * @param port 0 for any
 */
record TcpEndpoint(String host, int port) {

    private static final Pattern ADDRESS =
            Pattern.compile("tcp://(?:\\[([0-9A-Fa-f:.%]+)]|([^:;/\\[\\]\\s]+)):(\\d{1,5})");
    private static final Pattern IPV4 = Pattern.compile("[0-9.]+");
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern IPV4_ADDRESS = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}._-]{0,252}");

    static TcpEndpoint parse(String address) {
        Matcher matcher = ADDRESS.matcher(address);
        if (!matcher.matches()) {
            throw new TransportException("Not a TCP address: \"" + address + "\" (expected tcp://host:port)");
        }
        int port = Integer.parseInt(matcher.group(3));
        if (port > 65535) {
            throw new TransportException("Not a TCP address: \"" + address + "\" (a port is at most 65535)");
        }
        return new TcpEndpoint(matcher.group(1) != null ? matcher.group(1) : matcher.group(2), port);
    }

    /**
     * Reads an address that somebody else has told, and that can be connected to: a host name, or an address that is one, and a port.
     *
     * @throws TransportException if it is not that
     */
    static TcpEndpoint parseRemote(String address) {
        TcpEndpoint endpoint = parse(address);
        if (endpoint.port == 0) {
            throw new TransportException("Not a TCP address: \"" + address + "\" (nobody can be reached at port 0)");
        }
        boolean isSound = endpoint.isIpv6()
                ? isIpv6Address(endpoint.host)
                : IPV4.matcher(endpoint.host).matches()
                        ? IPV4_ADDRESS.matcher(endpoint.host).matches()
                        : NAME.matcher(endpoint.host).matches();
        if (!isSound) {
            throw new TransportException("Not a TCP address: \"" + address + "\" (\"" + endpoint.host
                    + "\" is neither an IP address nor a host name)");
        }
        return endpoint;
    }

    /** In brackets nothing is taken for a name, so that nobody is asked. */
    private static boolean isIpv6Address(String host) {
        try {
            return InetAddress.getByName('[' + host + ']') instanceof Inet6Address || host.contains(".");
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The address at which {@code resolved} answers for this endpoint's host. */
    TcpEndpoint at(InetAddress resolved) {
        return new TcpEndpoint(resolved.getHostAddress(), port);
    }

    TcpEndpoint withHost(String other) {
        return new TcpEndpoint(other, port);
    }

    /** Whether the host is an address, so that nobody has to be asked for it. */
    boolean isLiteral() {
        return isIpv6() || IPV4.matcher(host).matches();
    }

    /** Told by its colons, as {@link Inet6Address} writes them too. */
    boolean isIpv6() {
        return host.indexOf(':') >= 0;
    }

    @Override
    public String toString() {
        return "tcp://" + (isIpv6() ? "[" + host + "]" : host) + ":" + port;
    }
}
