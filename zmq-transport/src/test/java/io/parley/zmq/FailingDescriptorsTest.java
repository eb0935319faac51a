package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.environment.Environment;
import io.parley.testkit.Await;
import io.parley.testkit.UnconnectedPort;
import io.parley.transport.PortOptions;
import io.parley.transport.TransportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whichever descriptor cannot be had while a port opens, for want of descriptors or memory, its opening fails, says why, and leaves nothing. In
 * a process of its own, whose pipes, selectors and sockets fail one after another.
 */
class FailingDescriptorsTest {

    private static final int DONE = 17;

    @TempDir
    Path temporary;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    @EnabledOnOs(OS.LINUX)
    void openingFailsAndLeavesNothing() throws Exception {
        Path log = temporary.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-ea",
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                        "-Djava.nio.channels.spi.SelectorProvider=" + Failing.class.getName(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opener.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("it ends").isTrue();
            assertThat(process.exitValue()).as(() -> read(log)).isEqualTo(DONE);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens ports until one opens. */
    static final class Opener {

        private static final Duration LIMIT = Duration.ofSeconds(30);
        private static final int FEWEST_STEPS = 10;

        /** What JeroMQ itself leaves of one of its parts that fails half-way: both ends of a pipe. */
        private static final int LEFT_BY_JEROMQ = 2;

        private Opener() {}

        public static void main(String[] arguments) {
            open();
            for (boolean isMemory : new boolean[] {false, true}) {
                int step = 1;
                while (isRefused(step, isMemory)) {
                    step++;
                }
                if (step < FEWEST_STEPS) {
                    throw new AssertionError("Only " + step + " steps");
                }
            }
            System.exit(DONE);
        }

        private static boolean isRefused(int step, boolean isMemory) {
            long before = descriptors();
            Failing.failAt(step, isMemory);
            try {
                open();
                return false;
            } catch (TransportException e) {
                if (e.getCause() == null && !String.valueOf(e.getMessage()).contains("Cannot bind")) {
                    throw new AssertionError("No cause at step " + step, e);
                }
            } finally {
                Failing.failAt(Integer.MAX_VALUE, false);
            }
            Await.until(() -> "no thread is left at step " + step + ": " + threads(), LIMIT, () -> threads()
                    .isEmpty());
            Await.until(
                    () -> "no descriptor is left at step " + step + ": there were " + before + ", and are "
                            + descriptors(),
                    LIMIT,
                    () -> descriptors() <= before + LEFT_BY_JEROMQ);
            System.out.println("step " + step + " " + isMemory + ": " + (descriptors() - before));
            return true;
        }

        private static void open() {
            ZmqTransport.create()
                    .open(new PortOptions("failing", Environment.system(), 1024, 10), new UnconnectedPort())
                    .close(Duration.ofSeconds(1));
            Await.until(() -> "no thread is left: " + threads(), LIMIT, () -> threads()
                    .isEmpty());
        }

        private static List<String> threads() {
            return Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .filter(name -> name.contains("failing"))
                    .toList();
        }

        private static long descriptors() {
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                return open.count();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The system's, but that what is opened at one step, once, is not to be had. Sockets that only try what may be opened do not count. */
    public static final class Failing extends SelectorProvider {

        private static final AtomicInteger LEFT = new AtomicInteger(Integer.MAX_VALUE);
        private static volatile boolean isMemory;

        private final SelectorProvider system;

        public Failing() throws ReflectiveOperationException {
            system = (SelectorProvider) Class.forName("sun.nio.ch.DefaultSelectorProvider")
                    .getMethod("get")
                    .invoke(null);
        }

        static void failAt(int step, boolean memory) {
            isMemory = memory;
            LEFT.set(step);
        }

        private static void step() throws IOException {
            if (LEFT.decrementAndGet() == 0) {
                if (isMemory) {
                    throw new OutOfMemoryError("on purpose");
                }
                throw new IOException("Too many open files, on purpose");
            }
        }

        @Override
        public Pipe openPipe() throws IOException {
            step();
            return system.openPipe();
        }

        @Override
        public AbstractSelector openSelector() throws IOException {
            step();
            return system.openSelector();
        }

        @Override
        public ServerSocketChannel openServerSocketChannel() throws IOException {
            step();
            return system.openServerSocketChannel();
        }

        @Override
        public SocketChannel openSocketChannel() throws IOException {
            return system.openSocketChannel();
        }

        @Override
        public DatagramChannel openDatagramChannel() throws IOException {
            return system.openDatagramChannel();
        }

        @Override
        public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
            return system.openDatagramChannel(family);
        }
    }
}
