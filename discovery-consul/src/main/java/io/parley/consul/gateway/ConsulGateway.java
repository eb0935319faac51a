package io.parley.consul.gateway;

import io.parley.time.Timers;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What Parley asks of Consul, one method each. Every call blocks until it is answered or its limit is over; watches and
 * commands have an HttpClient each, so that however many watches wait, none of them keeps a command waiting.
 *
 * <p>The token travels in a header and nowhere else: no address, no message and no log has it.
 *
 * <p>Thread-safe.
 */
public final class ConsulGateway implements AutoCloseable {

    /** At a time. Others wait for a turn, within their limit; an agent admits 200 connections from one address. */
    private static final int MOST_COMMANDS = 32;

    private static final byte[] NOTHING = {};
    private static final String PASSED = "Its I/O answers.";

    private final GatewaySettings settings;
    private final HttpOrigin commands;
    private final HttpOrigin watches;

    public ConsulGateway(GatewaySettings settings, Timers time) {
        this.settings = settings;
        commands = origin(settings, MOST_COMMANDS, time);
        watches = origin(settings, settings.watches(), time);
    }

    private static HttpOrigin origin(GatewaySettings settings, int connections, Timers time) {
        return new HttpOrigin(
                settings.address(),
                settings.tls(),
                settings.requestTimeout(),
                connections,
                settings.maxAnswerBytes(),
                time);
    }

    /** Puts an instance into the agent, or replaces it. */
    public void register(Registration registration, boolean isPassing) throws ConsulException {
        put("/v1/agent/service/register", ConsulJson.registration(registration, isPassing));
    }

    /** Whether the agent has the instance. */
    public boolean has(String id) throws ConsulException {
        try {
            return id.equals(
                    ConsulJson.readId(get("/v1/agent/service/" + escaped(id)).body()));
        } catch (ConsulException e) {
            if (e.isUnknown()) {
                return false;
            }
            throw e;
        } catch (IllegalArgumentException e) {
            throw notConsul(e);
        }
    }

    /** Renews the instance's check; false if the agent does not know it. */
    public boolean pass(String id) throws ConsulException {
        return update(id, true, PASSED);
    }

    /** Fails the instance's check, so that it is chosen no more; false if the agent does not know it. */
    public boolean fail(String id, String why) throws ConsulException {
        return update(id, false, why);
    }

    /** Takes the instance out, if it is there. */
    public void deregister(String id) throws ConsulException {
        try {
            put("/v1/agent/service/deregister/" + escaped(id), NOTHING);
        } catch (ConsulException e) {
            if (!e.isUnknown()) {
                throw e;
            }
        }
    }

    /** All services of the catalog, healthy or not, with their tags. */
    public SortedMap<String, List<String>> services() throws ConsulException {
        try {
            return ConsulJson.readServices(
                    get("/v1/catalog/services?stale" + datacenter()).body());
        } catch (IllegalArgumentException e) {
            throw notConsul(e);
        }
    }

    /** The instances of a service, as soon as there is an answer of the kind that is asked for. */
    public HealthAnswer health(HealthQuery query, AbortHandle cut) throws ConsulException {
        String target = "/v1/health/service/" + escaped(query.name()) + (query.isPassingOnly() ? "?passing" : "?all")
                + (query.isStaleAllowed() ? "&stale" : "") + datacenter();
        if (query.index() == 0) {
            return health(exchange(commands, "GET", target, NOTHING, settings.requestTimeout(), cut));
        }
        long millis = Math.max(1, query.waitTime().toMillis());
        // Consul adds up to a sixteenth, so that not all come back at once.
        Duration limit = Duration.ofMillis(millis + millis / 16).plus(settings.requestTimeout());
        target += "&index=" + query.index() + "&wait=" + millis + "ms";
        return health(exchange(watches, "GET", target, NOTHING, limit, cut));
    }

    /** Cuts all that is under way. */
    @Override
    public void close() {
        commands.close();
        watches.close();
    }

    private HealthAnswer health(HttpAnswer answer) throws ConsulException {
        var entries = new ArrayList<CatalogEntry>();
        var broken = new ArrayList<String>();
        try {
            ConsulJson.readEntries(answer.body(), entries, broken);
        } catch (IllegalArgumentException e) {
            throw notConsul(e);
        }
        return new HealthAnswer(
                number(answer.header("x-consul-index")),
                Duration.ofMillis(number(answer.header("x-consul-lastcontact"))),
                !"false".equalsIgnoreCase(answer.header("x-consul-knownleader")),
                "true".equalsIgnoreCase(answer.header("x-consul-results-filtered-by-acls")),
                entries,
                broken);
    }

    private boolean update(String id, boolean isPassing, String output) throws ConsulException {
        try {
            put(
                    "/v1/agent/check/update/" + escaped(Registration.checkId(id)),
                    ConsulJson.checkUpdate(isPassing, output));
            return true;
        } catch (ConsulException e) {
            // Older agents say 500, to this and to much else, but with these words.
            boolean isUnknown = e.isUnknown()
                    || e.status() == 500 && String.valueOf(e.getMessage()).contains("have associated TTL");
            if (isUnknown) {
                return false;
            }
            throw e;
        }
    }

    private HttpAnswer get(String target) throws ConsulException {
        return exchange(commands, "GET", target, NOTHING, settings.requestTimeout(), new AbortHandle());
    }

    private void put(String target, byte[] body) throws ConsulException {
        exchange(commands, "PUT", target, body, settings.requestTimeout(), new AbortHandle());
    }

    private HttpAnswer exchange(
            HttpOrigin origin, String method, String target, byte[] body, Duration limit, AbortHandle cut)
            throws ConsulException {
        String token;
        HttpAnswer answer;
        try {
            token = token();
            Map<String, String> headers = token.isEmpty() ? Map.of() : Map.of("X-Consul-Token", token);
            answer = origin.exchange(method, target, headers, body, limit, cut);
        } catch (IOException e) {
            throw ConsulException.unanswered("Consul at " + settings.address() + " cannot be asked: " + reason(e), e);
        }
        if (answer.status() == 200) {
            return answer;
        }
        // Whoever answers might repeat what it was told.
        String excerpt = token.isEmpty() ? answer.excerpt() : answer.excerpt().replace(token, "…");
        String path = target.contains("?") ? target.substring(0, target.indexOf('?')) : target;
        String what = answer.status() == 401 || answer.status() == 403
                ? "Consul at " + settings.address() + " refuses " + method + ' ' + path + " to this token ("
                        + answer.status() + ')'
                : "Consul at " + settings.address() + " answers " + answer.status() + " to " + method + ' ' + path;
        throw new ConsulException(excerpt.isEmpty() ? what : what + ": " + excerpt, answer.status());
    }

    /** @throws IOException if the token cannot be had */
    private String token() throws IOException {
        String token;
        try {
            token = settings.token().get();
        } catch (RuntimeException e) {
            throw new IOException("there is no token: " + e.getMessage(), e);
        }
        if (!token.chars().allMatch(each -> each > ' ' && each < 127)) {
            throw new IOException("the token has characters that no token has");
        }
        return token;
    }

    private String datacenter() {
        return settings.datacenter().isEmpty() ? "" : "&dc=" + escaped(settings.datacenter());
    }

    private ConsulException notConsul(IllegalArgumentException e) {
        return ConsulException.unanswered(
                "What answers at " + settings.address() + " is not Consul, or is broken: " + e.getMessage(), e);
    }

    private String reason(IOException e) {
        String message = e.getMessage();
        String reason = message == null || e instanceof UnknownHostException ? e.toString() : message;
        return isTurnedAway(e) ? reason + " (it may want to be shown a certificate, and is shown none)" : reason;
    }

    /** Whoever misses a certificate hangs up, with or without saying why; which of the two is heard first is chance. */
    private boolean isTurnedAway(IOException e) {
        if (settings.tls() == null || settings.showsCertificate() || e instanceof ConnectException) {
            return false;
        }
        return e instanceof SocketException
                || e instanceof SSLException && String.valueOf(e.getMessage()).contains("alert");
    }

    private static long number(@Nullable String text) {
        if (text == null || !text.matches("[0-9]{1,18}")) {
            return 0;
        }
        return Long.parseLong(text);
    }

    private static String escaped(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
