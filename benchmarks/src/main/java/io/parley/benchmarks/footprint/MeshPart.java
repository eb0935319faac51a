package io.parley.benchmarks.footprint;

import io.parley.Peer;
import io.parley.Requestor;
import io.parley.benchmarks.lab.Answer;
import io.parley.channel.RequestChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryTransport;
import io.parley.zmq.ZmqTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Many peers in one process, each of a service of its own, so that it is settled who links to whom: each to those that come after
 * it in a ring. Commands:
 *
 * <ul>
 *   <li>{@code open} - once all are open: {@code nanos}
 *   <li>{@code link DEGREE} - once each has been answered by its next DEGREE neighbours: {@code nanos}
 *   <li>{@code fill MILLIS} - once each is linked to as many as resources and time allow: {@code degree}, and {@code stopped}, a number of {@link Stop}
 *   <li>{@code requests WARM-UP-MILLIS COUNTING-MILLIS} - {@code one}: of one pair, the median of a request's nanoseconds;
 *       {@code all}: the same of up to a hundred pairs in turns
 *   <li>{@code talk RATE} - at once; from then on the next neighbours are asked so often a second, all together and in turns
 * </ul>
 *
 * <p>Confined to one thread.
 */
final class MeshPart implements Part {

    /** Why a mesh was not filled further. */
    enum Stop {
        ALL_LINKED,
        DESCRIPTORS,
        MEMORY,
        TIME
    }

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int PAIRS_IN_TURNS = 100;
    private static final long TALK_NANOS = 2_000_000;

    /** What a step may leave of descriptors and memory: others, and the JVM itself, need some. */
    private static final double USABLE = 0.8;

    private final Transport transport;
    private final Discovery discovery;
    private final int size;
    private final List<Peer> peers = new ArrayList<>();
    /** Of the first neighbours. */
    private final List<Requestor<byte[], byte[]>> nearest = new ArrayList<>();

    private int degree;
    private @Nullable Thread talking;

    private MeshPart(Transport transport, Discovery discovery, int size) {
        this.transport = transport;
        this.discovery = discovery;
        this.size = size;
    }

    static MeshPart overMemory(int size) {
        return new MeshPart(InMemoryTransport.create(), InMemoryDiscovery.create(), size);
    }

    static MeshPart overSockets(Path mesh, int size) {
        return new MeshPart(ZmqTransport.create(), LocalDirectoryDiscovery.at(mesh), size);
    }

    @Override
    public Answer answer(String[] command) throws InterruptedException {
        long start = System.nanoTime();
        switch (command[0]) {
            case "open" -> open();
            case "link" -> link(Integer.parseInt(command[1]));
            case "fill" -> {
                Stop stopped = fill(
                        start + Duration.ofMillis(Long.parseLong(command[1])).toNanos());
                return new Answer("fill").with("degree", degree).with("stopped", stopped.ordinal());
            }
            case "requests" -> {
                return requests(
                        Duration.ofMillis(Long.parseLong(command[1])).toNanos(),
                        Duration.ofMillis(Long.parseLong(command[2])).toNanos());
            }
            case "talk" -> talk(Integer.parseInt(command[1]));
            default -> throw new IllegalArgumentException("Unknown command " + command[0]);
        }
        return new Answer(command[0]).with("nanos", System.nanoTime() - start);
    }

    private void open() {
        for (int i = 0; i < size; i++) {
            Peer peer = Peer.named(service(i))
                    .transport(transport)
                    .discovery(discovery)
                    .open();
            peer.reply(channel(i), request -> request.payload());
            peers.add(peer);
        }
    }

    private void link(int wanted) throws InterruptedException {
        // All begin to link before anybody waits for it.
        for (int distance = degree + 1; distance <= wanted; distance++) {
            for (int i = 0; i < size; i++) {
                peers.get(i).awaitReachable(channel(i + distance), Duration.ZERO);
            }
        }
        for (int distance = degree + 1; distance <= wanted; distance++) {
            var answers = new ArrayList<CompletableFuture<byte[]>>();
            for (int i = 0; i < size; i++) {
                RequestChannel<byte[], byte[]> channel = channel(i + distance);
                if (!peers.get(i).awaitReachable(channel, PATIENCE)) {
                    throw new IllegalStateException(service(i) + " cannot reach " + channel.name());
                }
                Requestor<byte[], byte[]> requestor = peers.get(i).requestor(channel);
                if (distance == 1) {
                    nearest.add(requestor);
                }
                answers.add(requestor.requestAsync(Channels.question(), PATIENCE));
            }
            answers.forEach(answer -> Channels.requireAnswer(answer.join()));
        }
        degree = wanted;
    }

    private Stop fill(long end) throws InterruptedException {
        while (degree < size - 1) {
            long descriptors = Gauge.descriptors();
            long direct = Gauge.direct();
            link(degree + 1);
            // As much as this step took, the next will take.
            if (2 * Gauge.descriptors() - descriptors > USABLE * Gauge.descriptorLimit()) {
                return Stop.DESCRIPTORS;
            }
            // The JVM gives direct buffers as much as the heap, unless told otherwise.
            if (2 * Gauge.direct() - direct > USABLE * Runtime.getRuntime().maxMemory()) {
                return Stop.MEMORY;
            }
            if (System.nanoTime() > end) {
                return Stop.TIME;
            }
        }
        return Stop.ALL_LINKED;
    }

    private Answer requests(long warmUp, long counting) {
        int pairs = Math.min(size, PAIRS_IN_TURNS);
        var spread = new ArrayList<Requestor<byte[], byte[]>>();
        for (int i = 0; i < pairs; i++) {
            spread.add(nearest.get(i * (size / pairs)));
        }
        medianNanos(spread, warmUp);
        long all = medianNanos(spread, counting);
        medianNanos(spread.subList(0, 1), warmUp);
        long one = medianNanos(spread.subList(0, 1), counting);
        return new Answer("requests").with("one", one).with("all", all);
    }

    private void talk(int rate) {
        if (talking != null) {
            talking.interrupt();
        }
        talking = new Thread(() -> ask(rate), "talk");
        talking.setDaemon(true);
        talking.start();
    }

    /** Until it is interrupted. Asks that are late are made up for. */
    private void ask(int rate) {
        long start = System.nanoTime();
        for (long asked = 0; !Thread.interrupted(); ) {
            long due = (long) ((System.nanoTime() - start) / 1e9 * rate);
            for (; asked < due; asked++) {
                nearest.get((int) (asked % size))
                        .requestAsync(Channels.question(), PATIENCE)
                        .thenAccept(Channels::requireAnswer);
            }
            LockSupport.parkNanos(TALK_NANOS);
        }
    }

    /** One request at a time, as its caller sees it. */
    private static long medianNanos(List<Requestor<byte[], byte[]>> turns, long duration) {
        var times = new Histogram(3);
        long now = System.nanoTime();
        long end = now + duration;
        for (int i = 0; now < end || i < turns.size(); i++) {
            long start = System.nanoTime();
            Channels.requireAnswer(turns.get(i % turns.size()).request(Channels.question()));
            now = System.nanoTime();
            times.recordValue(now - start);
        }
        return times.getValueAtPercentile(50);
    }

    private String service(int i) {
        return "member-" + i % size;
    }

    private RequestChannel<byte[], byte[]> channel(int i) {
        return Channels.echoOf(service(i));
    }
}
