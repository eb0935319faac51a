package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Holds up handlers until it is opened, and counts them. Thread-safe. */
final class Gate {

    final CountDownLatch open = new CountDownLatch(1);
    final AtomicInteger begun = new AtomicInteger();

    Gate() {}

    String pass(String payload) {
        begun.incrementAndGet();
        try {
            assertThat(open.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return payload;
    }

    void awaitBegun(int count) {
        Await.until(count + " begun", () -> begun.get() == count);
    }
}
