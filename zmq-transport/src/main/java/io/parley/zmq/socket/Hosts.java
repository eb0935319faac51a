package io.parley.zmq.socket;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Hosts as users and registries write them: names, IPv4 and IPv6 addresses. Asks no name server. Stateless. */
public final class Hosts {

    private static final int LONGEST = 253;
    private static final String ANY = "*";

    /** A part of an address without leading zeros, which some read as octal. */
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

    private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[0-9A-Za-z._-]+)?");
    private static final String LABEL = "[0-9A-Za-z_](?:[0-9A-Za-z_-]{0,61}[0-9A-Za-z_])?";
    private static final Pattern NAME = Pattern.compile("(?:" + LABEL + "\\.)*(" + LABEL + ")\\.?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");

    private Hosts() {}

    /**
     * Returns {@code host} without the brackets that an IPv6 address may have.
     *
     * @throws IllegalArgumentException if it is neither a name nor an address, or is more than that
     */
    public static String require(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (bare.length() != host.length() && bare.indexOf(':') < 0 || !isHost(bare)) {
            throw new IllegalArgumentException(
                    "Not a host: \"" + host + "\". Expected a name or an IP address, without scheme, port and spaces");
        }
        return bare;
    }

    /** Whether {@code host} stands for all addresses of the machine. */
    public static boolean isWildcard(String host) {
        InetAddress address = literal(host);
        return host.equals(ANY) || address != null && address.isAnyLocalAddress();
    }

    /** Whether {@code host}, which {@link #require} has returned, is an address, so that no name server has to be asked. */
    static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
    }

    private static boolean isHost(String host) {
        if (host.equals(ANY)) {
            return true;
        }
        if (host.indexOf(':') >= 0) {
            return literal(host) != null;
        }
        return IPV4.matcher(host).matches() || host.length() <= LONGEST && isName(host);
    }

    /** A name does not end with a number: some resolvers take 127.1 and 0x7f000001 for addresses, and 1.2.3.4.5 is a mistake. */
    private static boolean isName(String host) {
        var matcher = NAME.matcher(host);
        return matcher.matches()
                && !NUMBER.matcher(matcher.group(1).toLowerCase(Locale.ROOT)).matches();
    }

    private static @Nullable InetAddress literal(String host) {
        try {
            if (IPV4.matcher(host).matches()) {
                return InetAddress.getByName(host);
            }
            return IPV6.matcher(host).matches() ? InetAddress.getByName('[' + host + ']') : null;
        } catch (UnknownHostException e) {
            return null; // an IPv6 address with a mistake, or with an interface that is not there
        }
    }
}
