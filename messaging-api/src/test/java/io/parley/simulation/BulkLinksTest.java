package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.Transport;
import io.parley.transport.TransportException;
import io.parley.transport.memory.InMemoryTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that send what is large over second connections, which come, break, or cannot be had. In virtual time. */
class BulkLinksTest {

    private static final RequestChannel<byte[], byte[]> ASK =
            PointToPointChannel.of("far/ask", byte[].class).withReply(byte[].class);
    private static final PointToPointChannel<byte[]> TELL = PointToPointChannel.of("far/tell", byte[].class);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int LARGE = 400_000;

    private final Simulation mesh = new Simulation(8);
    private final List<Port> bulkPorts = new ArrayList<>();

    private PeerBuilder builder(String service) {
        return mesh.builder(service).transport(new BulkTransport(mesh, bulkPorts::add));
    }

    private static byte[] numbered(int number, int size) {
        return ByteBuffer.allocate(Math.max(size, Integer.BYTES)).putInt(number).array();
    }

    private static int number(byte[] payload) {
        return ByteBuffer.wrap(payload).getInt();
    }

    private void severBulkLinks() {
        for (Port one : bulkPorts) {
            for (Port other : bulkPorts) {
                mesh.network.sever(one.address(), other.address());
            }
        }
    }

    @Test
    void shouldOpenASecondPortOnceThereIsSomethingLargeAndUseItBothWays() {
        mesh.network.delayBy(random -> Duration.ofMillis(1));
        Peer far = mesh.open(builder("far"));
        far.reply(ASK, request -> request.payload());
        Peer near = mesh.open(builder("near"));
        mesh.settle();
        near.requestor(ASK).requestAsync(numbered(0, 100_000), LONG);
        mesh.settle();
        assertThat(bulkPorts).as("for what is small").isEmpty();
        for (int i = 1; i <= 5; i++) {
            byte[] question = numbered(i, LARGE + i);
            var answer = near.requestor(ASK).requestAsync(question, LONG);
            mesh.until(answer::isDone);
            assertThat(answer.join()).isEqualTo(question);
        }
        assertThat(bulkPorts).as("one at either end").hasSize(2);
        assertThat(near.counters().malformedFrames()).isZero();
        assertThat(far.counters().malformedFrames()).isZero();
        assertThat(mesh.errors).isEmpty();
    }

    @Test
    void shouldNotOpenASecondPortIfTheOtherSideKnowsOfNone() {
        Peer far = mesh.open("far");
        far.reply(ASK, request -> request.payload());
        Peer near = mesh.open(builder("near"));
        mesh.settle();
        for (int i = 0; i < 3; i++) {
            var answer = near.requestor(ASK).requestAsync(numbered(i, LARGE), LONG);
            mesh.until(answer::isDone);
            assertThat(answer.join()).hasSize(LARGE);
        }
        assertThat(bulkPorts).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void shouldDeliverAllOnceAndInOrderThoughBulkLinksBreak(long seed) {
        var random = new Random(seed);
        mesh.network.delayBy(source -> Duration.ofNanos(random.nextInt(2_000_000)));
        Peer far = mesh.open(builder("far"));
        var received = new ArrayList<Integer>();
        far.receive(TELL, HandlerOptions.serial(), message -> received.add(number(message.payload())));
        Peer near = mesh.open(builder("near"));
        mesh.settle();
        int breaks = random.nextInt(60);
        int count = 60;
        var sent = new ArrayList<CompletableFuture<?>>();
        for (int i = 0; i < count; i++) {
            int size = random.nextInt(3) == 0 ? random.nextInt(2_000_000) : random.nextInt(1000);
            sent.add(near.sender(TELL).sendAsync(numbered(i, size)));
            mesh.run(Duration.ofNanos(random.nextInt(8_000_000)));
            if (i == breaks) {
                severBulkLinks();
            }
        }
        mesh.until(() -> received.size() >= count && sent.stream().allMatch(CompletableFuture::isDone));
        mesh.settle();
        assertThat(received)
                .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
        assertThat(near.counters().linksUp()).as("the link itself").isEqualTo(1);
        assertThat(far.counters().malformedFrames() + near.counters().malformedFrames())
                .isZero();
        assertThat(mesh.deadLetters).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void shouldAnswerEachRequestOnceThoughBulkLinksBreak(long seed) {
        var random = new Random(seed);
        mesh.network.delayBy(source -> Duration.ofNanos(random.nextInt(2_000_000)));
        Peer far = mesh.open(builder("far"));
        var asked = new ArrayList<Integer>();
        far.reply(ASK, request -> {
            asked.add(number(request.payload()));
            return numbered(number(request.payload()), random.nextInt(2) == 0 ? 100 : 1_000_000);
        });
        Peer near = mesh.open(builder("near"));
        mesh.settle();
        var answers = new ArrayList<CompletableFuture<byte[]>>();
        for (int i = 0; i < 40; i++) {
            answers.add(near.requestor(ASK).requestAsync(numbered(i, random.nextInt(600_000)), LONG));
            mesh.run(Duration.ofNanos(random.nextInt(5_000_000)));
            if (i == 20) {
                severBulkLinks();
            }
        }
        mesh.until(() -> answers.stream().allMatch(CompletableFuture::isDone));
        assertThat(asked).doesNotHaveDuplicates().hasSize(40);
        assertThat(answers.stream().map(answer -> number(answer.join())))
                .containsExactlyElementsOf(IntStream.range(0, 40).boxed().toList());
    }

    @Test
    void shouldSayThatNoSecondConnectionCanBeHadAndGoOnWithoutIt() {
        mesh.network.delayBy(random -> Duration.ofMillis(1));
        Peer far = mesh.open(builder("far"));
        var received = new ArrayList<Integer>();
        far.receive(TELL, HandlerOptions.serial(), message -> received.add(message.payload().length));
        Peer near = mesh.open(mesh.builder("near").transport(new BulkTransport(mesh, port -> {
            bulkPorts.add(port);
            // As if a firewall let the first port through, and not the second.
            mesh.network.partition(port.address(), far.self().address() + "-bulk");
        })));
        mesh.settle();
        for (int i = 0; i < 3; i++) {
            near.sender(TELL).sendAsync(numbered(i, LARGE + i));
            mesh.run(Duration.ofSeconds(2));
        }
        mesh.run(Limits.defaults().connectTimeout());
        assertThat(received).containsExactly(LARGE, LARGE + 1, LARGE + 2);
        assertThat(mesh.errors)
                .singleElement()
                .asString()
                .contains("No second connection to far/far-1 for what is large");
        near.sender(TELL).sendAsync(numbered(3, LARGE));
        mesh.until(() -> received.size() == 4);
    }

    @Test
    void shouldGoOnWithoutASecondPortIfNoneCanBeOpened() {
        Transport plain = InMemoryTransport.on(mesh.network);
        Peer far = mesh.open(mesh.builder("far").transport(new Transport() {
            @Override
            public Port open(PortOptions options, PortListener listener) {
                return plain.open(options, listener);
            }

            @Override
            public Optional<Transport> forBulk() {
                return Optional.of((options, listener) -> {
                    throw new TransportException("The port is taken");
                });
            }
        }));
        far.reply(ASK, request -> request.payload());
        Peer near = mesh.open(builder("near"));
        mesh.settle();
        for (int i = 0; i < 2; i++) {
            var answer = near.requestor(ASK).requestAsync(numbered(i, LARGE), LONG);
            mesh.until(answer::isDone);
            assertThat(answer.join()).hasSize(LARGE);
        }
        assertThat(mesh.errors).singleElement().asString().contains("No port for what is large");
    }

    @Test
    void shouldSendBeforeItClosesWhatIsLargeAndWasAccepted() {
        mesh.network.delayBy(random -> Duration.ofMillis(1));
        Peer far = mesh.open(builder("far"));
        var received = new ArrayList<Integer>();
        far.receive(TELL, HandlerOptions.serial(), message -> received.add(message.payload().length));
        Peer near = mesh.open(builder("near"));
        mesh.settle();
        int[] sizes = IntStream.range(0, 6).map(i -> LARGE + i).toArray();
        for (int size : sizes) {
            near.sender(TELL).sendAsync(numbered(0, size));
        }
        mesh.run(Duration.ofMillis(20));
        var closed = near.closeAsync(Duration.ofSeconds(20));
        mesh.until(closed::isDone);
        mesh.settle();
        assertThat(received)
                .containsExactlyElementsOf(Arrays.stream(sizes).boxed().toList());
    }
}
