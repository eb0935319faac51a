package io.parley.benchmarks.jmh;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.Requestor;
import io.parley.Sender;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.message.MessageId;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A message's whole way but for the sockets: the choice of a link among some or many, the outbox, the codec at both ends, the
 * handler. What more instances add is the choice. Confined to JMH's thread, but for what the peers do on theirs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SendPathBenchmark {

    private static final PointToPointChannel<byte[]> TAKE = PointToPointChannel.of("responder/take", byte[].class);
    private static final RequestChannel<byte[], byte[]> ECHO =
            PointToPointChannel.of("responder/echo", byte[].class).withReply(byte[].class);

    private final byte[] payload = new byte[64];
    private final Transport transport = InMemoryTransport.create();
    private final Discovery discovery = InMemoryDiscovery.create();
    private final List<Peer> peers = new ArrayList<>();
    private @Nullable Sender<byte[]> sender;
    private @Nullable Requestor<byte[], byte[]> requestor;

    /** How many share the messages. */
    @Param({"1", "16"})
    private int instances;

    /** How many steps the flight recorders hold; 0 for none. */
    @Param({"65536"})
    private int recorded;

    /** JMH makes it. */
    public SendPathBenchmark() {}

    /** Opens the peers. */
    @Setup(Level.Trial)
    public void open() throws InterruptedException {
        for (int i = 0; i < instances; i++) {
            Peer responder = peer("responder");
            responder.receive(TAKE, HandlerOptions.inline(), message -> {});
            responder.reply(ECHO, HandlerOptions.inline(), request -> request.payload());
        }
        Peer initiator = peer("initiator");
        sender = initiator.sender(TAKE);
        requestor = initiator.requestor(ECHO);
        if (!initiator.awaitReachable(TAKE, Duration.ofSeconds(10))) {
            throw new IllegalStateException("Nobody is there");
        }
    }

    /** Closes them. */
    @TearDown(Level.Trial)
    public void close() {
        peers.forEach(Peer::close);
    }

    /** Sends one message, as soon as there is room. */
    @Benchmark
    public MessageId send() {
        if (sender == null) {
            throw new IllegalStateException("Not open");
        }
        CompletableFuture<MessageId> sent = sender.sendAsync(payload);
        return sent.join();
    }

    /** Asks, and waits for the answer. */
    @Benchmark
    public byte[] request() {
        if (requestor == null) {
            throw new IllegalStateException("Not open");
        }
        return requestor.request(payload);
    }

    private Peer peer(String service) {
        Peer peer = Peer.named(service)
                .transport(transport)
                .discovery(discovery)
                .flightRecorder(recorded)
                .open();
        peers.add(peer);
        return peer;
    }
}
