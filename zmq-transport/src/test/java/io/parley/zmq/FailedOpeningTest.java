package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.parley.environment.Alarm;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import io.parley.testkit.Await;
import io.parley.testkit.PortProbe;
import io.parley.testkit.UnconnectedPort;
import io.parley.time.TimeSource;
import io.parley.time.Timers;
import io.parley.transport.Port;
import io.parley.transport.PortOptions;
import io.parley.transport.Transport;
import io.parley.transport.TransportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whichever step of opening a port fails, the caller is told why, and nothing of the port is left: threads, descriptors, bound ports. */
class FailedOpeningTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String NAME = "never-opens";

    private final Failing environment = new Failing();
    private long before;

    @BeforeEach
    void countAfterClassesAreThere() {
        PortProbe.open(ZmqTransport.create(), 1024, 10).close();
        before = descriptors();
    }

    /** What an environment does not do. */
    private enum Step {
        THREAD_FOR_CLOSING_IS_MADE(1, false),
        THREAD_FOR_IO_IS_MADE(2, false),
        THREAD_FOR_CLOSING_STARTS(1, true),
        THREAD_FOR_IO_STARTS(2, true);

        private final int thread;
        private final boolean isStart;

        Step(int thread, boolean isStart) {
            this.thread = thread;
            this.isStart = isStart;
        }
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void threadThatCannotBeHadIsTheCallersTrouble(Step step) {
        environment.failFrom(step.thread, step.isStart);
        assertThat(failureOf(ZmqTransport.create())).hasCauseInstanceOf(OutOfMemoryError.class);
        assertNothingIsLeft();
    }

    /** JeroMQ gives up a wait at an interrupt. */
    @Test
    void callerThatIsInterruptedLeavesNothingEither() {
        environment.failFrom(2, true);
        Thread.currentThread().interrupt();
        assertThat(failureOf(ZmqTransport.create())).hasCauseInstanceOf(OutOfMemoryError.class);
        assertThat(Thread.interrupted()).isTrue();
        assertNothingIsLeft();
    }

    @Test
    void timersThatCannotBeHadAreTheCallersTrouble() {
        environment.hasTimers = false;
        assertThat(failureOf(ZmqTransport.create())).hasCauseInstanceOf(IllegalStateException.class);
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody.invalid", "203.0.113.1", "2001:db8::1"})
    void hostThatIsNotThisMachinesCannotBeBound(String host) {
        failureOf(ZmqTransport.builder().bindHost(host).build());
        assertNothingIsLeft();
    }

    @Test
    void addressInUseLeavesTheOtherAddressFree() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int free = free();
            failureOf(ZmqTransport.builder()
                    .port(free)
                    .publishPort(taken.getLocalPort())
                    .build());
            assertNothingIsLeft(1);
            assertCanBeBound(free);
            failureOf(ZmqTransport.builder()
                    .port(taken.getLocalPort())
                    .publishPort(free)
                    .build());
            assertNothingIsLeft(1);
            assertCanBeBound(free);
            failureOf(ZmqTransport.builder()
                    .bulkPort(taken.getLocalPort())
                    .build()
                    .forBulk()
                    .orElseThrow());
            assertNothingIsLeft(1);
        }
    }

    /** Closing takes threads as well. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void addressInUseLeavesNothingThoughNoThreadIsLeftForClosing(int thread) throws IOException {
        for (boolean isStart : new boolean[] {false, true}) {
            try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                int free = free();
                var each = new Failing();
                each.failFrom(thread, isStart);
                assertThat(failureOf(
                                ZmqTransport.builder()
                                        .port(free)
                                        .publishPort(taken.getLocalPort())
                                        .build(),
                                each))
                        .hasMessageContaining("Cannot bind");
                assertNothingIsLeft(1);
                assertCanBeBound(free);
            }
        }
    }

    /** The same holds for a port that was opened. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void portClosesThoughNoThreadIsLeftForClosing(boolean isStart) {
        environment.failFrom(3, isStart);
        Port port = ZmqTransport.create().open(options(environment), new UnconnectedPort());
        port.close(Duration.ofSeconds(1));
        assertNothingIsLeft();
    }

    private TransportException failureOf(Transport transport) {
        return failureOf(transport, environment);
    }

    private static TransportException failureOf(Transport transport, Environment environment) {
        Throwable failure = catchThrowable(() -> transport.open(options(environment), new UnconnectedPort()));
        assertThat(failure).isInstanceOf(TransportException.class).hasMessageNotContaining("null");
        return (TransportException) failure;
    }

    private static PortOptions options(Environment environment) {
        return new PortOptions(NAME, environment, 1024, 10);
    }

    private void assertNothingIsLeft() {
        assertNothingIsLeft(0);
    }

    /** @param ours how many descriptors this test has opened itself */
    private void assertNothingIsLeft(int ours) {
        Await.until(
                () -> "no thread is left: " + threads(), LIMIT, () -> threads().isEmpty());
        Await.until(
                () -> "no descriptor is left: there were " + before + ", and are " + descriptors(),
                LIMIT,
                () -> descriptors() <= before + ours);
    }

    private static void assertCanBeBound(int port) throws IOException {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();
        }
    }

    private static int free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains(NAME))
                .toList();
    }

    private static long descriptors() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void nothingIsLeftWhateverIsTriedOverAndOver() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var transport =
                    ZmqTransport.builder().publishPort(taken.getLocalPort()).build();
            var failures = new ArrayList<Throwable>();
            for (int i = 0; i < 20; i++) {
                failures.add(failureOf(transport));
            }
            assertThat(failures).hasSize(20);
            assertNothingIsLeft(1);
        }
        assertThatThrownBy(() -> ZmqTransport.builder().port(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    /** The system's, which from some thread on has none any more. */
    private static final class Failing implements Environment {

        private final Environment system = Environment.system();
        private int left = Integer.MAX_VALUE;
        private boolean isStart;
        private boolean hasTimers = true;

        void failFrom(int thread, boolean atStart) {
            left = thread - 1;
            isStart = atStart;
        }

        @Override
        public Thread newThread(String name, Runnable loop) {
            if (left-- > 0) {
                return system.newThread(name, loop);
            }
            left = 0;
            if (!isStart) {
                throw new OutOfMemoryError("no thread to be had");
            }
            return new Thread(loop, name) {
                @Override
                public void start() {
                    throw new OutOfMemoryError("unable to create native thread");
                }
            };
        }

        @Override
        public TimeSource time() {
            return system.time();
        }

        @Override
        public RandomGenerator random() {
            return system.random();
        }

        @Override
        public Pool openPool(String name, int threads) {
            return system.openPool(name, threads);
        }

        @Override
        public Timers openTimers(String name) {
            if (!hasTimers) {
                throw new IllegalStateException("no timers to be had");
            }
            return system.openTimers(name);
        }

        @Override
        public Alarm openAlarm(String name, Runnable task) {
            return system.openAlarm(name, task);
        }
    }
}
