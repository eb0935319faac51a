package io.parley.consul.gateway;

import io.parley.time.Deadline;
import io.parley.time.Timers;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One origin, asked by an HttpClient with connections of its own, one for each exchange, so that none is left behind and any can be cut at
 * any moment. An exchange has one time limit for all of it, however slowly bytes come. Nothing is repeated, followed elsewhere, sent
 * through a proxy or unpacked.
 *
 * <p>Thread-safe.
 */
final class HttpOrigin implements AutoCloseable {

    private static final Http1Config BOUNDS = Http1Config.custom()
            .setMaxLineLength(8 * 1024)
            .setMaxHeaderCount(100)
            .build();

    private final ConsulAddress address;
    private final HttpHost host;
    private final CloseableHttpClient client;
    private final int maxBody;
    private final Timers time;
    private final Set<HttpUriRequestBase> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    /**
     * @param connectTimeout for the connection, and again for TLS' handshake
     * @param connections how many there may be at a time; who needs more waits
     * @param maxBody how many bytes an answer may have besides its head
     */
    HttpOrigin(
            ConsulAddress address,
            @Nullable SSLContext tls,
            Duration connectTimeout,
            int connections,
            int maxBody,
            Timers time) {
        this.address = address;
        this.host = new HttpHost(address.isSecure() ? "https" : "http", address.bareHost(), address.port());
        this.client = client(pool(tls, Timeout.of(connectTimeout), connections));
        this.maxBody = maxBody;
        this.time = time;
    }

    private static HttpClientConnectionManager pool(@Nullable SSLContext tls, Timeout connectTimeout, int connections) {
        PoolingHttpClientConnectionManagerBuilder builder = PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(socket -> new UnloggedConnection(BOUNDS))
                .setMaxConnTotal(connections)
                .setMaxConnPerRoute(connections)
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(connectTimeout)
                        .build())
                .setDefaultTlsConfig(
                        TlsConfig.custom().setHandshakeTimeout(connectTimeout).build())
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setSoTimeout(connectTimeout)
                        .setTcpNoDelay(true)
                        .build());
        if (tls != null) {
            builder.setTlsSocketStrategy(new DefaultClientTlsStrategy(tls, HostnameVerificationPolicy.BUILTIN, null));
        }
        return builder.build();
    }

    private static CloseableHttpClient client(HttpClientConnectionManager pool) {
        return HttpClientBuilder.create()
                .setConnectionManager(pool)
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setRoutePlanner(new DefaultRoutePlanner(DefaultSchemePortResolver.INSTANCE))
                .setUserAgent("parley")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableConnectionState()
                .build();
    }

    /**
     * Sends one request and reads its answer.
     *
     * @param target path and query, escaped
     * @param headers by their names
     * @throws IOException if that does not come to an end within {@code limit}, or is cut, or is not HTTP
     */
    HttpAnswer exchange(
            String method, String target, Map<String, String> headers, byte[] body, Duration limit, AbortHandle cut)
            throws IOException {
        HttpUriRequestBase request = request(method, target, headers, body, Timeout.of(limit));
        Deadline deadline = Deadline.after(limit, time);
        // HttpClient's own limits are for a single step or read each.
        Timers.Timer alarm = time.schedule(limit, request::abort);
        open.add(request);
        try {
            cut.hold(request);
            if (isClosed) {
                throw new IOException("Closed");
            }
            return answer(client.executeOpen(host, request, null));
        } catch (ClientProtocolException e) {
            throw new IOException("Not HTTP: " + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
        } catch (IOException e) {
            throw deadline.remainingNanos() == 0 ? late(limit, e) : e;
        } catch (RuntimeException e) {
            // Such as an IllegalStateException, for one that was cut between two steps.
            throw deadline.remainingNanos() == 0
                    ? late(limit, e)
                    : new IOException("it was cut off, or failed: " + e, e);
        } finally {
            alarm.cancel();
            cut.release();
            open.remove(request);
            // What is left of the connection, if anything, without waiting for the other end.
            request.abort();
        }
    }

    /** Cuts all exchanges; there are none afterwards. */
    @Override
    public void close() {
        isClosed = true;
        open.forEach(HttpUriRequestBase::abort);
        client.close(CloseMode.IMMEDIATE);
    }

    private HttpUriRequestBase request(
            String method, String target, Map<String, String> headers, byte[] body, Timeout limit) {
        var request = new HttpUriRequestBase(method, URI.create(address + target));
        request.setConfig(RequestConfig.custom()
                .setConnectionRequestTimeout(limit)
                .setResponseTimeout(limit)
                .setAuthenticationEnabled(false)
                .setRedirectsEnabled(false)
                .setExpectContinueEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build());
        request.setHeader("Accept", "application/json");
        request.setHeader("Connection", "close");
        headers.forEach(request::setHeader);
        if (!method.equals("GET")) {
            request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        }
        return request;
    }

    private HttpAnswer answer(ClassicHttpResponse response) throws IOException {
        var headers = new HashMap<String, String>();
        for (Header header : response.getHeaders()) {
            headers.put(header.getName().toLowerCase(Locale.ROOT), String.valueOf(header.getValue()));
        }
        return new HttpAnswer(response.getCode(), Map.copyOf(headers), body(response.getEntity()));
    }

    private byte[] body(@Nullable HttpEntity entity) throws IOException {
        if (entity == null) {
            return new byte[0];
        }
        if (entity.getContentLength() <= maxBody) {
            byte[] body = entity.getContent().readNBytes(maxBody + 1);
            if (body.length <= maxBody) {
                return body;
            }
        }
        throw new IOException("The answer is larger than " + maxBody + " bytes");
    }

    private static IOException late(Duration limit, Exception cause) {
        var late = new SocketTimeoutException("no answer within " + limit.toMillis() + " ms");
        late.initCause(cause);
        return late;
    }
}
