package io.parley.consul.gateway;

import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How to reach Consul. Immutable.
 *
 * @param tls what to trust and to show, or null for connections that are not secured
 * @param showsCertificate whether there is anything to show
 * @param token asked for each request; an empty one is none
 * @param datacenter where to look for others, or empty for the agent's own
 * @param requestTimeout for what is answered at once
 * @param watches how many may wait at a time
 * @param maxAnswerBytes how large an answer may be
 */
public record GatewaySettings(
        ConsulAddress address,
        @Nullable SSLContext tls,
        boolean showsCertificate,
        Supplier<String> token,
        String datacenter,
        Duration requestTimeout,
        int watches,
        int maxAnswerBytes) {}
