package io.parley.console.web;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.List;

/** By which addresses this machine can be reached. Stateless. */
final class OwnAddresses {

    private OwnAddresses() {}

    /** Those by which others can reach it, the likeliest first; those of the loopback interface if there are no others. */
    static List<String> reachable() {
        try {
            List<String> addresses = NetworkInterface.networkInterfaces()
                    .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                    .filter(OwnAddresses::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    // What is local to a link cannot be opened without saying which link.
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                    .map(OwnAddresses::text)
                    .toList();
            return addresses.isEmpty() ? List.of("localhost") : addresses;
        } catch (SocketException e) {
            return List.of("localhost");
        }
    }

    private static boolean isUp(NetworkInterface at) {
        try {
            return at.isUp();
        } catch (SocketException e) {
            // It has gone meanwhile.
            return false;
        }
    }

    /** Without the link that Java names behind a percent sign. */
    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int percent = text.indexOf('%');
        return percent < 0 ? text : text.substring(0, percent);
    }
}
