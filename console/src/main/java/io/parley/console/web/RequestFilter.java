package io.parley.console.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who may come in. A browser that some other page sent here is told apart by its {@code Host}, its {@code Origin} and what it says
 * of the site that it came from; who comes from another machine needs the token. Immutable.
 */
final class RequestFilter {

    private static final Pattern ADDRESS = Pattern.compile("\\[[0-9a-fA-F:.]+]|[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private final @Nullable String token;
    private final Set<String> names;
    private final String cookie;

    /**
     * @param token what has to be shown to come in; empty if nothing
     * @param names under which this machine may be asked for, besides its addresses and {@code localhost}
     * @param port where this page is: browsers show a cookie to all ports of a host, and another page must not take ours away
     */
    RequestFilter(Optional<String> token, Set<String> names, int port) {
        this.token = token.orElse(null);
        this.names = Set.copyOf(
                names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList());
        cookie = "parley-token-" + port + '=';
    }

    /**
     * Looks at a request. One that brings the token in its address is {@linkplain #admit admitted} instead.
     *
     * @throws ProblemException if it may not come in
     */
    void check(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        String host = headers.getFirst("Host");
        if (host == null || !isOurs(host)) {
            // A name that somebody else's DNS points here must not open this to their page. Addresses cannot be pointed
            // anywhere.
            throw new ProblemException(
                    421, "unknown-host", "This is not " + host + ". Names other than localhost are given with --name.");
        }
        String origin = headers.getFirst("Origin");
        String site = headers.getFirst("Sec-Fetch-Site");
        boolean isNavigation = "navigate".equals(headers.getFirst("Sec-Fetch-Mode"))
                && exchange.getRequestMethod().equals("GET");
        if (origin != null && !isSameAuthority(origin, host)
                || site != null && !OWN_SITE.contains(site) && !isNavigation) {
            throw new ProblemException(403, "foreign-origin", "Another site's page may not ask this one.");
        }
        if (token != null && !isToken(shown(headers))) {
            throw new ProblemException(
                    401,
                    "token-needed",
                    "Open the address that was printed, token included, or send it as a bearer token.");
        }
    }

    /** Whether the request's address brings the right token; then the browser is given a cookie to show from now on. */
    boolean admit(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        if (token == null || query == null || !query.startsWith("token=") || !isToken(query.substring(6))) {
            return false;
        }
        exchange.getResponseHeaders().set("Set-Cookie", cookie + token + "; HttpOnly; SameSite=Strict; Path=/");
        return true;
    }

    private boolean isOurs(String host) {
        int port = host.lastIndexOf(':');
        String name = (port > host.lastIndexOf(']') ? host.substring(0, port) : host).toLowerCase(Locale.ROOT);
        return name.equals("localhost") || ADDRESS.matcher(name).matches() || names.contains(name);
    }

    private static boolean isSameAuthority(String origin, String host) {
        try {
            return host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private String shown(Headers headers) {
        String authorization = headers.getFirst("Authorization");
        if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return authorization.substring(7).strip();
        }
        return headers.getOrDefault("Cookie", List.of()).stream()
                .flatMap(cookies -> Arrays.stream(cookies.split(";")))
                .map(String::strip)
                .filter(one -> one.startsWith(cookie))
                .map(one -> one.substring(cookie.length()))
                .findFirst()
                .orElse("");
    }

    private boolean isToken(String shown) {
        // In a time that does not tell how much of it was right.
        return token != null
                && MessageDigest.isEqual(
                        token.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }
}
