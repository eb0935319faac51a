package io.parley.benchmarks.resilience;

import io.parley.benchmarks.lab.MeasurementException;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.consul.ConsulDiscovery;
import io.parley.discovery.Discovery;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

/** The service that is tried: its channels, its payloads, and how it is found. Stateless. Thread-safe. */
final class Shop {

    static final String SERVICE = "shop";
    static final RequestChannel<byte[], byte[]> ASK =
            PointToPointChannel.of(SERVICE + "/ask", byte[].class).withReply(byte[].class);
    static final PointToPointChannel<byte[]> TELL = PointToPointChannel.of(SERVICE + "/tell", byte[].class);

    /** Octets of a payload that are read. */
    static final int HEAD = Integer.BYTES + Long.BYTES;

    /** How long a process may take to do as it is told. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private Shop() {}

    /** @param deadlineMillis by the machine's clock, which all processes share */
    static byte[] payload(int message, long deadlineMillis, int size) {
        byte[] payload = new byte[Math.max(HEAD, size)];
        ByteBuffer.wrap(payload).putInt(message).putLong(deadlineMillis);
        return payload;
    }

    static int message(byte[] payload) {
        return ByteBuffer.wrap(payload).getInt();
    }

    static boolean isLate(byte[] payload) {
        return System.currentTimeMillis() > ByteBuffer.wrap(payload).getLong(Integer.BYTES);
    }

    /** @param where {@code local=DIRECTORY}, {@code consul=URL} or {@code at=ADDRESS} */
    static Discovery discovery(String where) {
        String[] parts = where.split("=", 2);
        return switch (parts[0]) {
            case "local" -> LocalDirectoryDiscovery.at(Path.of(parts[1]));
            case "consul" -> ConsulDiscovery.at(parts[1]);
            case "at" -> FixedDiscovery.builder().instance(SERVICE, parts[1]).build();
            default -> throw new MeasurementException("No registry: " + where);
        };
    }
}
