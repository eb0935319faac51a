package io.parley.zmq;

import io.parley.testkit.Await;
import io.parley.testkit.PortProbe;
import io.parley.testkit.PortProbe.LinkProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Ports leave nothing behind, however busy the machine is while they close. */
class ClosingTest {

    private static final int PORTS = 50;
    private static final int BUSY_THREADS = 60;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @Test
    @Timeout(300)
    @EnabledOnOs(OS.LINUX)
    void noDescriptorIsLeftOfManyPortsThatCloseAtOnceOnABusyMachine() throws InterruptedException {
        PortProbe.open(ZmqTransport.create(), 1024, 10).close();
        long before = descriptors();
        var ports = new ArrayList<PortProbe>();
        for (int i = 0; i < PORTS; i++) {
            ports.add(PortProbe.open(ZmqTransport.create(), 1024, 10).echoing());
        }
        var links = new ArrayList<LinkProbe>();
        for (int i = 0; i < PORTS; i++) {
            LinkProbe link =
                    ports.get(i).connect(ports.get((i + 1) % PORTS).port().address());
            link.send("hello");
            links.add(link);
        }
        Await.until(() -> "all links are up", LIMIT, () -> links.stream().noneMatch(link -> link.frames.isEmpty()));
        var isOver = new AtomicBoolean();
        List<Thread> busy = Stream.generate(() -> new Thread(() -> spin(isOver)))
                .limit(BUSY_THREADS)
                .toList();
        busy.forEach(Thread::start);
        try {
            closeAtOnce(ports);
        } finally {
            isOver.set(true);
        }
        for (Thread thread : busy) {
            thread.join();
        }
        Await.until(
                () -> "no descriptor is left: there were " + before + ", and are " + descriptors(),
                LIMIT,
                () -> descriptors() <= before);
    }

    private static void spin(AtomicBoolean isOver) {
        while (!isOver.get()) {
            Thread.onSpinWait();
        }
    }

    private static void closeAtOnce(List<PortProbe> ports) throws InterruptedException {
        var begin = new CountDownLatch(1);
        List<Thread> closers = ports.stream()
                .map(port -> new Thread(() -> {
                    try {
                        begin.await();
                        port.close(Duration.ZERO);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }))
                .toList();
        closers.forEach(Thread::start);
        begin.countDown();
        for (Thread closer : closers) {
            closer.join();
        }
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
