package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.Publisher;
import io.parley.Requestor;
import io.parley.Sender;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests, one-way messages and events, each numbered, between peers that have found each other: about a thousand of each kind a second.
 * Thread-safe.
 */
final class Traffic implements AutoCloseable {

    private static final RequestChannel<Integer, Integer> ECHO =
            PointToPointChannel.of("orders/echo", Integer.class).withReply(Integer.class);
    private static final PointToPointChannel<Integer> TELL = PointToPointChannel.of("orders/tell", Integer.class);
    private static final PublishSubscribeChannel<Integer> EVENTS =
            PublishSubscribeChannel.of("orders/events", Integer.class);

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final long PAUSE_NANOS = 1_000_000;

    private final Set<Integer> told = ConcurrentHashMap.newKeySet();
    private final List<Integer> events = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger rounds = new AtomicInteger();
    private final Thread talking;
    private volatile boolean isOver;

    /** @param orders instances of one service, the first of which publishes */
    Traffic(List<Peer> orders, Peer customer) throws InterruptedException {
        for (Peer each : orders) {
            each.reply(ECHO, question -> question.payload());
            each.receive(TELL, message -> told.add(message.payload()));
        }
        Publisher<Integer> publisher = orders.get(0).publisher(EVENTS);
        var subscription = customer.subscribe(EVENTS, event -> events.add(event.payload()));
        assertThat(customer.awaitReachable(ECHO, LIMIT)).isTrue();
        assertThat(customer.awaitReachable(TELL, LIMIT)).isTrue();
        assertThat(subscription.awaitConnected(LIMIT)).isTrue();
        Requestor<Integer, Integer> echo = customer.requestor(ECHO);
        Sender<Integer> tell = customer.sender(TELL);
        talking = new Thread(() -> {
            try {
                while (!isOver) {
                    int number = rounds.get();
                    tell.send(number);
                    publisher.publish(number);
                    assertThat(echo.request(number)).isEqualTo(number);
                    rounds.incrementAndGet();
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (RuntimeException | AssertionError e) {
                failures.add(e);
            }
        });
        talking.start();
    }

    /** Waits until some more have been answered. */
    void awaitMore() {
        int now = rounds.get();
        Await.until(() -> "further answers after " + now, LIMIT, () -> rounds.get() > now + 50 || !failures.isEmpty());
        assertThat(failures).isEmpty();
    }

    /** Ends it, and sees that nothing was lost, doubled or reordered. */
    @Override
    public void close() {
        isOver = true;
        try {
            talking.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertThat(failures).isEmpty();
        int all = rounds.get();
        Await.until(() -> "all one-way messages: " + told.size() + " of " + all, LIMIT, () -> told.size() == all);
        Await.until(() -> "all events: " + events.size() + " of " + all, LIMIT, () -> events.size() >= all);
        for (int i = 0; i < all; i++) {
            assertThat(events.get(i)).isEqualTo(i);
        }
        assertThat(events).hasSize(all);
    }
}
