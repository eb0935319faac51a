package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.Await;
import io.parley.testkit.PortProbe;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A listener that fails with each frame is logged, and told of, at most once per interval. */
class ComplaintsAreFewTest {

    /** Many more than a bound socket may fail in a row. */
    private static final int FRAMES = 3_000;

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long LOG_PAUSE_NANOS = 10_000_000_000L;
    private static final long TROUBLE_PAUSE_NANOS = 1_000_000_000L;

    private final Logger logger = Logger.getLogger("io.parley.zmq.socket.IoLoop");
    private final AtomicInteger logged = new AtomicInteger();
    private final Counter counter = new Counter();
    private final PortProbe publisher = PortProbe.open(ZmqTransport.create(), 1024, 10_000);
    private final PortProbe subscriber = PortProbe.open(ZmqTransport.create(), 1024, 10_000);

    private final class Counter extends Handler {

        @Override
        public void publish(LogRecord line) {
            logged.incrementAndGet();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void listenToTheLog() {
        logger.addHandler(counter);
    }

    @AfterEach
    void close() {
        publisher.close();
        subscriber.close();
        logger.removeHandler(counter);
    }

    @Test
    void failuresOfAListenerAreLoggedAndToldOncePerInterval() {
        var failures = new AtomicInteger();
        long start = System.nanoTime();
        subscriber.call(() -> {
            subscriber
                    .port()
                    .openFeed(publisher.port().publishAddress(), frame -> {
                        failures.incrementAndGet();
                        throw new IllegalStateException("on purpose");
                    })
                    .subscribe(new byte[] {'a'});
            return true;
        });
        Await.until(() -> "subscribed", LIMIT, () -> publisher.subscribed.size() == 1);
        for (int i = 0; i < FRAMES; i++) {
            publisher.publish("a " + i);
        }
        Await.until(() -> "all fail; now have " + failures, LIMIT, () -> failures.get() == FRAMES);
        Await.until(() -> "it is told", LIMIT, () -> !subscriber.troubles.isEmpty());
        int lines = logged.get();
        int troubles = subscriber.troubles.size();
        long nanos = System.nanoTime() - start;
        assertThat(lines).isBetween(1, 1 + (int) (nanos / LOG_PAUSE_NANOS));
        assertThat(troubles).isBetween(1, 1 + (int) (nanos / TROUBLE_PAUSE_NANOS));
        assertThat(subscriber.failures).isEmpty();
    }
}
