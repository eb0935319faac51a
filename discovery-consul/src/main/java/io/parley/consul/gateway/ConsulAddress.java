package io.parley.consul.gateway;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;

/**
 * Where Consul's HTTP API is. Immutable.
 *
 * @param path what stands before {@code /v1}: empty, or beginning with a slash and not ending with one
 */
public record ConsulAddress(boolean isSecure, String host, int port, String path) {

    private static final int HTTP_PORT = 8500;
    private static final int HTTPS_PORT = 8501;

    /**
     * Reads {@code http://host[:port][/path]} or {@code https://…}; without a port it is Consul's usual one.
     *
     * @throws IllegalArgumentException if {@code url} is anything else
     */
    public static ConsulAddress parse(String url) {
        URI uri;
        try {
            uri = new URI(Objects.requireNonNull(url, "url"));
        } catch (URISyntaxException e) {
            throw notAnAddress(url, "it is no URL: " + e.getReason());
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw notAnAddress(url, "it begins with neither http:// nor https://");
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            // It may hold a secret, which is not to be repeated.
            throw new IllegalArgumentException(
                    "An address of Consul has no user, query or fragment (a token is given by itself): " + scheme
                            + "://…" + (uri.getHost() == null ? "" : uri.getHost()) + "…");
        }
        if (uri.getHost() == null || uri.getPort() > 65535 || uri.getPort() == 0) {
            throw notAnAddress(url, "it names no host and port that there can be");
        }
        boolean isSecure = scheme.equals("https");
        int port = uri.getPort() > 0 ? uri.getPort() : isSecure ? HTTPS_PORT : HTTP_PORT;
        return new ConsulAddress(isSecure, uri.getHost(), port, uri.getRawPath().replaceAll("/+$", ""));
    }

    /** As it stands in a URL. */
    private String authority() {
        return host + ':' + port;
    }

    /** Without the brackets of an IPv6 address. */
    String bareHost() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public String toString() {
        return (isSecure ? "https://" : "http://") + authority() + path;
    }

    private static IllegalArgumentException notAnAddress(String url, String why) {
        return new IllegalArgumentException("Not an address of Consul: \"" + url + "\", as " + why
                + " (expected something like http://127.0.0.1:8500)");
    }
}
