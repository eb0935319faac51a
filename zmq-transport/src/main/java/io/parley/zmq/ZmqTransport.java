package io.parley.zmq;

import io.parley.transport.AddressFormat;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.Transport;
import io.parley.zmq.socket.Hosts;
import io.parley.zmq.socket.ZmqPort;
import io.parley.zmq.socket.ZmqSettings;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Carries frames over ZeroMQ on TCP, one frame in one single-part message.
 *
 * <p>Each port has a bound ROUTER for links and a bound XPUB for subscribers, a DEALER for each link it asks for and a SUB for
 * each port it follows; one thread, ZeroMQ's own, touches them all. What is large goes over further connections, from a second ROUTER
 * and by a second thread, both of which are there once something large was sent. ZeroMQ's queues stand behind {@link PortOptions#maxQueuedFrames}: a link
 * or subscriber holds at least that many frames here, at most twice as many.
 *
 * <p>A link or feed whose remote end breaks ZeroMQ's protocol, or whose first handshake fails, does not connect again by
 * itself. For a link that was up this is {@code onDown}; otherwise it is for its owner to close it after a while and to make a
 * new one.
 *
 * <p>Immutable. Thread-safe.
 */
public final class ZmqTransport implements Transport {

    private final ZmqSettings settings;

    private ZmqTransport(ZmqSettings settings) {
        this.settings = settings;
    }

    /** Binds to free ports of {@code 127.0.0.1}, for peers on one machine. */
    public static ZmqTransport create() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the format of this transport's addresses, {@code tcp://host:port}, for those that open a discovery without a peer. Asks no
     * name server.
     */
    public static AddressFormat addresses() {
        return TcpAddresses.INSTANCE;
    }

    /**
     * Reads an address as people write it: {@code tcp://host:port} or {@code host:port}, with an IPv6 address in brackets. Returns the
     * address with its scheme, or empty if {@code text} is not an address.
     */
    public static Optional<String> readAddress(String text) {
        return TcpAddresses.read(text);
    }

    @Override
    public AddressFormat addressFormat() {
        return addresses();
    }

    @Override
    public Port open(PortOptions options, PortListener listener) {
        return ZmqPort.open(settings, options, listener);
    }

    @Override
    public Optional<Transport> forBulk() {
        return settings.bulkPort() == ZmqSettings.NONE
                ? Optional.empty()
                : Optional.of(new ZmqTransport(settings.forBulk()));
    }

    /** Builds a {@link ZmqTransport}. Not thread-safe. */
    public static final class Builder {

        /** Below, TCP waits for its own acknowledgements: at 8 KiB a twentieth of the throughput was left. */
        private static final int MIN_BUFFER_BYTES = 32 * 1024;

        private String bindHost = "127.0.0.1";
        private @Nullable String advertisedHost;
        private int port;
        private int publishPort;
        private int bulkPort;
        private int advertisedPort;
        private int advertisedPublishPort;
        private int advertisedBulkPort;
        private int bufferBytes = 64 * 1024;
        private int maxConnections = 4096;
        private Duration linger = Duration.ofMillis(500);
        private Duration spin = Duration.ZERO;

        private Builder() {}

        /**
         * The address to bind to, or a name that stands for one. {@code 0.0.0.0}, {@code ::} and {@code *} are all of the machine's, and
         * need an {@link #advertisedHost}. An IPv6 address may stand in brackets.
         *
         * @throws IllegalArgumentException if it is neither a name nor an IP address, such as one with a port
         */
        public Builder bindHost(String host) {
            bindHost = Hosts.require(host);
            return this;
        }

        /**
         * The host that others are told to connect to, if it is not the one bound to. An address spares them a look-up. An IPv6 address may
         * stand in brackets.
         *
         * @throws IllegalArgumentException if it is neither a name nor an IP address, such as one with a port; or stands for all addresses
         */
        public Builder advertisedHost(String host) {
            String required = Hosts.require(host);
            if (Hosts.isWildcard(required)) {
                throw new IllegalArgumentException("Nobody can connect to " + host + ": advertise one address");
            }
            advertisedHost = required;
            return this;
        }

        /**
         * The port that others are told to connect links to, where it is not the one bound to, as a container's port is mapped to another
         * one of its host. Needs a fixed {@link #port}. 0, the default, is the one bound to.
         */
        public Builder advertisedPort(int number) {
            advertisedPort = requirePort(number);
            return this;
        }

        /** As {@link #advertisedPort}, of {@link #publishPort}. */
        public Builder advertisedPublishPort(int number) {
            advertisedPublishPort = requirePort(number);
            return this;
        }

        /** As {@link #advertisedPort}, of {@link #bulkPort}. */
        public Builder advertisedBulkPort(int number) {
            advertisedBulkPort = requirePort(number);
            return this;
        }

        /** The port for links. 0, the default, takes any that is free; a fixed one is for one peer. */
        public Builder port(int number) {
            port = requirePort(number);
            return this;
        }

        /** The port for subscribers. 0, the default, takes any that is free; a fixed one is for one peer. */
        public Builder publishPort(int number) {
            publishPort = requirePort(number);
            return this;
        }

        /**
         * The port for what is large, bound when something large is sent or received for the first time. 0, the default, takes any
         * that is free. Where others cannot reach it, as a firewall lets only {@link #port} through, what is large goes over the links.
         */
        public Builder bulkPort(int number) {
            bulkPort = requirePort(number);
            return this;
        }

        /** Has what is large share connection and thread with what is small, which then waits for it some milliseconds. */
        public Builder withoutBulkLinks() {
            bulkPort = ZmqSettings.NONE;
            return this;
        }

        /**
         * Size in bytes of the send and of the receive buffer of each connection, from its greeting to its end. Both, and 16 KiB more, are paid
         * from the peer's memory budget. The system may buffer four times as much in each direction, twenty times on bulk links. 64 KiB by
         * default, which local networks do not outrun; more speeds up distant ones, less lets more connect.
         */
        public Builder bufferBytes(int bytes) {
            if (bytes < MIN_BUFFER_BYTES) {
                throw new IllegalArgumentException(
                        "Buffers need at least " + MIN_BUFFER_BYTES + " bytes, not " + bytes);
            }
            bufferBytes = bytes;
            return this;
        }

        /**
         * How many may connect to each of a port's two addresses before further ones are hung up on, which also happens when the peer's
         * memory budget has no room for them. 4096 by default.
         */
        public Builder maxConnections(int number) {
            if (number < 1) {
                throw new IllegalArgumentException("At least one connection has to be possible, not " + number);
            }
            maxConnections = number;
            return this;
        }

        /** How long a link that was closed goes on sending what it had taken. Half a second by default, at most a minute. */
        public Builder linger(Duration time) {
            if (time.isNegative() || time.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new IllegalArgumentException("Linger is between nothing and a minute, not " + time);
            }
            linger = time;
            return this;
        }

        /**
         * How long a port's thread goes on looking for work before it sleeps. Not at all by default: it costs a processor, and where there
         * are but few of them it takes from others what they need to give it work.
         */
        public Builder spin(Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("Spin cannot be negative: " + time);
            }
            spin = time;
            return this;
        }

        /**
         * Builds the transport.
         *
         * @throws IllegalStateException if it binds to all addresses and is not told which of them to advertise; or advertises a port other
         *     than the one bound to, which is any that is free
         */
        public ZmqTransport build() {
            String host = advertisedHost;
            if (host == null) {
                if (Hosts.isWildcard(bindHost)) {
                    throw new IllegalStateException(
                            "Bound to " + bindHost + ", others need an advertisedHost to connect to");
                }
                host = bindHost;
            }
            requireFixed("port", port, advertisedPort);
            requireFixed("publishPort", publishPort, advertisedPublishPort);
            requireFixed("bulkPort", bulkPort, advertisedBulkPort);
            var advertised =
                    new ZmqSettings.Advertised(host, advertisedPort, advertisedPublishPort, advertisedBulkPort);
            return new ZmqTransport(new ZmqSettings(
                    bindHost, advertised, port, publishPort, bulkPort, bufferBytes, maxConnections, linger, spin));
        }

        private static void requireFixed(String name, int bound, int advertised) {
            if (advertised != 0 && bound <= 0) {
                throw new IllegalStateException("To advertise " + advertised + ", a fixed " + name + " is needed");
            }
        }

        private static int requirePort(int number) {
            if (number < 0 || number > 65535) {
                throw new IllegalArgumentException("A port is between 0 and 65535, not " + number);
            }
            return number;
        }
    }
}
