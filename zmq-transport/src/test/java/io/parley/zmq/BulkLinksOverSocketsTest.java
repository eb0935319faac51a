package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is large over connections of its own, between peers with real sockets. */
class BulkLinksOverSocketsTest {

    private static final RequestChannel<byte[], byte[]> ASK =
            PointToPointChannel.of("far/ask", byte[].class).withReply(byte[].class);
    private static final PointToPointChannel<byte[]> TELL = PointToPointChannel.of("far/tell", byte[].class);
    private static final int LARGE = 1_000_000;

    private final Discovery discovery = InMemoryDiscovery.create();
    private final List<Peer> peers = new ArrayList<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeAll() {
        peers.forEach(peer -> peer.close(Duration.ofSeconds(5)));
        Await.until("no thread of a bulk port is left", () -> threads("-bulk") == 0);
    }

    private Peer open(String service, ZmqTransport transport) {
        Peer peer = Peer.named(service)
                .instance(service + "-1")
                .transport(transport)
                .discovery(discovery)
                .onError((what, cause) -> errors.add(what))
                .open();
        peers.add(peer);
        return peer;
    }

    private static long threads(String part) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("parley-io-")
                        && thread.getName().contains(part))
                .count();
    }

    private static byte[] octets(int size) {
        var octets = new byte[size];
        new Random(size).nextBytes(octets);
        return octets;
    }

    private void exchange(Peer near, int count) {
        for (int i = 0; i < count; i++) {
            byte[] question = octets(LARGE + i);
            assertThat(near.requestor(ASK).request(question)).isEqualTo(question);
        }
    }

    @Test
    void shouldTakeAThreadOfItsOwnAtEitherEndOnceSomethingIsLarge() {
        Peer far = open("far", ZmqTransport.create());
        far.reply(ASK, request -> request.payload());
        Peer near = open("near", ZmqTransport.create());
        near.requestor(ASK).request(octets(100_000));
        assertThat(threads("-bulk")).isZero();
        exchange(near, 20);
        Await.until("both have one", () -> threads("near-1-bulk") == 1 && threads("far-1-bulk") == 1);
        exchange(near, 20);
        assertThat(errors).isEmpty();
        assertThat(near.counters().malformedFrames() + far.counters().malformedFrames())
                .isZero();
    }

    @Test
    void shouldKeepTheOrderOfLargeAndSmall() {
        Peer far = open("far", ZmqTransport.create());
        var received = new CopyOnWriteArrayList<Integer>();
        far.receive(TELL, HandlerOptions.serial(), message -> received.add(message.payload().length));
        Peer near = open("near", ZmqTransport.create());
        var random = new Random(5);
        var sent = new ArrayList<Integer>();
        for (int i = 0; i < 300; i++) {
            int size = i + (random.nextInt(4) == 0 ? random.nextInt(3_000_000) : 0);
            sent.add(size);
            near.sender(TELL).sendAsync(octets(size)).join();
        }
        Await.until("all are there", () -> received.size() == sent.size());
        assertThat(received).isEqualTo(sent);
    }

    @Test
    void shouldUseThePortThatItIsTold() throws Exception {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        Peer far = open("far", ZmqTransport.builder().bulkPort(free).build());
        far.reply(ASK, request -> request.payload());
        exchange(open("near", ZmqTransport.create()), 5);
        Await.until("the port is bound", () -> !canBind(free));
    }

    private static boolean canBind(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void shouldGoOverTheLinkWhereBulkLinksAreNotWanted() {
        Peer far = open("far", ZmqTransport.create());
        far.reply(ASK, request -> request.payload());
        exchange(open("near", ZmqTransport.builder().withoutBulkLinks().build()), 10);
        assertThat(threads("-bulk")).isZero();
        assertThat(errors).isEmpty();
    }
}
