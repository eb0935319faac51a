package io.parley.consul;

import io.parley.consul.gateway.ConsulAddress;
import io.parley.consul.gateway.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Builds a {@link ConsulDiscovery}. Not thread-safe. */
public final class ConsulDiscoveryBuilder {

    private static final Pattern PREFIX = Pattern.compile("|[a-z](?:[a-z0-9-]{0,31})");
    private static final Pattern DATACENTER = Pattern.compile("[A-Za-z0-9_-]{1,63}");
    private static final Pattern TAG = Pattern.compile("[^\\p{Cntrl}]{1,255}");

    private final ConsulAddress address;
    private Supplier<String> token = () -> "";
    private Tls tls = Tls.DEFAULT;
    private String datacenter = "";
    private String prefix = "";
    private final List<String> tags = new ArrayList<>(List.of(ConsulSettings.TAG));
    private String zone = "";
    private Duration ttl = Duration.ofSeconds(15);
    private Duration removeAfter = Duration.ofMinutes(10);
    private Duration watchTime = Duration.ofMinutes(1);
    private Duration requestTimeout = Duration.ofSeconds(3);
    private Duration grace = Duration.ofSeconds(15);
    private int connections = 64;
    private boolean isStaleAllowed = true;

    ConsulDiscoveryBuilder(String url) {
        address = ConsulAddress.parse(url);
    }

    /** The ACL token. It is sent in a header, and shown nowhere. */
    public ConsulDiscoveryBuilder token(String token) {
        String kept = requireToken(token);
        return token(() -> kept);
    }

    /** Asks for the ACL token whenever Consul is asked, so that it may change. An empty one is none. Must be thread-safe. */
    public ConsulDiscoveryBuilder token(Supplier<String> token) {
        this.token = Objects.requireNonNull(token, "token");
        return this;
    }

    /** Reads the ACL token from a file, anew whenever Consul is asked, so that it may change. */
    public ConsulDiscoveryBuilder tokenFile(Path file) {
        Objects.requireNonNull(file, "file");
        return token(() -> {
            try {
                return Files.readString(file).strip();
            } catch (IOException e) {
                throw new UncheckedIOException("the file " + file + " cannot be read", e);
            }
        });
    }

    /** Trusts, over {@code https}, certificates that those in this PEM file vouch for, rather than those that Java trusts. */
    public ConsulDiscoveryBuilder authority(Path pem) {
        tls = new Tls(Objects.requireNonNull(pem, "pem"), tls.certificate(), tls.key());
        return this;
    }

    /** Shows this certificate to Consul over {@code https}: PEM files with the certificate, and its key without a passphrase. */
    public ConsulDiscoveryBuilder certificate(Path pem, Path keyPem) {
        tls = new Tls(tls.authority(), Objects.requireNonNull(pem, "pem"), Objects.requireNonNull(keyPem, "keyPem"));
        return this;
    }

    /** Where to look for others. The agent's own by default. A peer registers in the agent's own in any case. */
    public ConsulDiscoveryBuilder datacenter(String name) {
        datacenter = matching(DATACENTER, name, "the name of a datacenter", "1 to 63 letters, digits and _ -");
        return this;
    }

    /**
     * Comes before the name of each service in Consul, so that several meshes can share one: with {@code shop-}, the service
     * {@code orders} is {@code shop-orders} there.
     */
    public ConsulDiscoveryBuilder prefix(String prefix) {
        this.prefix = matching(
                PREFIX, prefix, "a prefix", "up to 32 lower-case letters, digits and hyphens, beginning with a letter");
        return this;
    }

    /** Registers with this tag too. */
    public ConsulDiscoveryBuilder tag(String tag) {
        String checked = matching(TAG, tag, "a tag", "1 to 255 characters on one line");
        if (!tags.contains(checked)) {
            tags.add(checked);
        }
        return this;
    }

    /**
     * Where this peer is: its metadata {@code zone}, unless its own has that. So it is registered, and so
     * {@link io.parley.loadbalance.LoadBalancer#zoneFirst} prefers others of the same.
     */
    public ConsulDiscoveryBuilder zone(String name) {
        zone = matching(TAG, name, "a zone", "1 to 255 characters on one line");
        return this;
    }

    /**
     * How long the agent waits for a sign of life before it calls a peer critical: 1 s to 1 h, by default 15 s. A peer gives one three
     * times as often, if its I/O answers.
     */
    public ConsulDiscoveryBuilder ttl(Duration ttl) {
        this.ttl = within(ttl, Duration.ofSeconds(1), Duration.ofHours(1), "The time to live");
        return this;
    }

    /** After how long Consul removes a peer that is critical: 1 min to 7 d, by default 10 min. */
    public ConsulDiscoveryBuilder removeAfter(Duration time) {
        removeAfter = within(time, Duration.ofMinutes(1), Duration.ofDays(7), "The time until removal");
        return this;
    }

    /** For how long a watch waits at Consul for news before it asks afresh: 1 s to 10 min, by default 1 min. */
    public ConsulDiscoveryBuilder watchTime(Duration time) {
        watchTime = within(time, Duration.ofSeconds(1), Duration.ofMinutes(10), "The time of a watch");
        return this;
    }

    /** For how long Consul may take over what it can answer at once: 100 ms to 1 min, by default 3 s. */
    public ConsulDiscoveryBuilder requestTimeout(Duration limit) {
        requestTimeout = within(limit, Duration.ofMillis(100), Duration.ofMinutes(1), "The limit of a request");
        return this;
    }

    /**
     * When Consul comes back after an outage, possibly with nothing in its memory, for how long instances known before are kept though
     * it does not name them yet: up to 1 h, by default 15 s.
     */
    public ConsulDiscoveryBuilder grace(Duration time) {
        grace = within(time, Duration.ZERO, Duration.ofHours(1), "The grace");
        return this;
    }

    /**
     * How many watches may wait at Consul at a time: 1 to 10,000, by default 64. If there are more, they take turns of a second each. An
     * agent admits 200 connections from one address unless it is told otherwise.
     */
    public ConsulDiscoveryBuilder connections(int most) {
        if (most < 1 || most > 10_000) {
            throw new IllegalArgumentException("There can be 1 to 10000 connections, not " + most);
        }
        connections = most;
        return this;
    }

    /**
     * Has only Consul's leading server answer, which costs more and fails while there is none. By default any server may, unless it has
     * not heard of the leading one for 10 s.
     */
    public ConsulDiscoveryBuilder leaderOnly() {
        isStaleAllowed = false;
        return this;
    }

    public ConsulDiscovery build() {
        return new ConsulDiscovery(settings());
    }

    ConsulSettings settings() {
        return new ConsulSettings(
                address,
                tls,
                token,
                datacenter,
                prefix,
                List.copyOf(tags),
                zone,
                ttl,
                removeAfter,
                watchTime,
                requestTimeout,
                grace,
                connections,
                isStaleAllowed);
    }

    private static String requireToken(String token) {
        String stripped = Objects.requireNonNull(token, "token").strip();
        if (!stripped.chars().allMatch(each -> each > ' ' && each < 127)) {
            throw new IllegalArgumentException("The token has characters that no token has");
        }
        return stripped;
    }

    private static String matching(Pattern pattern, String text, String what, String expected) {
        if (!pattern.matcher(Objects.requireNonNull(text, what)).matches()) {
            throw new IllegalArgumentException("Not " + what + ": \"" + text + "\" (" + expected + ')');
        }
        return text;
    }

    private static Duration within(Duration time, Duration least, Duration most, String what) {
        if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
            throw new IllegalArgumentException(what + " is from " + least + " to " + most + ", not " + time);
        }
        return time;
    }
}
