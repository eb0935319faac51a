package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.discovery.Instance;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.environment.Alarm;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import io.parley.failure.FaultCode;
import io.parley.failure.RefusedException;
import io.parley.testkit.Await;
import io.parley.time.TimeSource;
import io.parley.time.Timers;
import io.parley.transport.AddressFormat;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryNetwork;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** A peer comes back to an address at which others wait already: they are served though the transport has not handed over its port. */
class EarlyCallTest {

    private static final Duration LIMIT = Duration.ofSeconds(45);

    /** Hands over its port only after its I/O context has begun to call its listener, which waits there for the port. */
    private record Slow(InMemoryTransport transport) implements Transport {

        @Override
        public Port open(PortOptions options, PortListener listener) {
            var early = new Early(listener, new CountDownLatch(1));
            Port port = transport.open(options, early);
            Await.until("somebody connects", () -> early.connected.getCount() == 0);
            return port;
        }
    }

    private record Early(PortListener listener, CountDownLatch connected) implements PortListener {

        @Override
        public LinkListener onAccepted(Link link) {
            connected.countDown();
            return listener.onAccepted(link);
        }

        @Override
        public void onSubscribed(byte[] prefix) {
            connected.countDown();
            listener.onSubscribed(prefix);
        }

        @Override
        public void onUnsubscribed(byte[] prefix) {
            listener.onUnsubscribed(prefix);
        }

        @Override
        public void onRoomToPublish() {
            listener.onRoomToPublish();
        }

        @Override
        public void onTrouble(String what) {
            listener.onTrouble(what);
        }

        @Override
        public void onFailure(Throwable cause) {
            listener.onFailure(cause);
        }
    }

    /** The system, but for the first random number. */
    private static final class FixedIncarnation implements Environment {

        private final AtomicLong first;

        FixedIncarnation(long incarnation) {
            first = new AtomicLong(incarnation);
        }

        @Override
        public TimeSource time() {
            return Environment.system().time();
        }

        @Override
        public RandomGenerator random() {
            return () -> {
                long fixed = first.getAndSet(0);
                return fixed != 0 ? fixed : Environment.system().random().nextLong();
            };
        }

        @Override
        public Pool openPool(String name, int threads) {
            return Environment.system().openPool(name, threads);
        }

        @Override
        public Timers openTimers(String name) {
            return Environment.system().openTimers(name);
        }

        @Override
        public Alarm openAlarm(String name, Runnable task) {
            return Environment.system().openAlarm(name, task);
        }

        @Override
        public Thread newThread(String name, Runnable loop) {
            return Environment.system().newThread(name, loop);
        }
    }

    @Test
    void shouldAnswerThoseWhoAskBeforeItIsFullyThere() throws Exception {
        var network = new InMemoryNetwork();
        var discovery = InMemoryDiscovery.create();
        var ask = PointToPointChannel.of("place/ask", String.class).withReply(String.class);
        var news = PublishSubscribeChannel.of("place/news", String.class);
        var channels = new TreeMap<io.parley.channel.ChannelName, InteractionStyle>();
        channels.put(news.name(), InteractionStyle.PUBLISH);
        long incarnation = 0x1234;
        // What the registry tells of the one that is to come.
        discovery
                .openRegistry(Environment.system(), AddressFormat.opaque())
                .orElseThrow()
                .announce(new Instance(
                        "place",
                        "place-1",
                        incarnation,
                        "inmem://place",
                        "inmem://place/events",
                        channels,
                        Instant.EPOCH,
                        Map.of()));
        var environment = new FixedIncarnation(incarnation);
        try (Peer caller = Peer.named("caller")
                .transport(InMemoryTransport.on(network))
                .discovery(discovery)
                .open()) {
            var subscription = caller.subscribe(news, event -> {});
            var asked = caller.requestor(ask).requestAsync("q", LIMIT);
            try (Peer place = Peer.named("place")
                    .instance("place-1")
                    .environment(environment)
                    .transport(new Slow(InMemoryTransport.on(network).at("place")))
                    .discovery(discovery)
                    .open()) {
                assertThat(place.self().incarnation()).isEqualTo(incarnation);
                var refused = Assertions.catchThrowable(() -> asked.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
                assertThat(refused.getCause())
                        .isInstanceOfSatisfying(RefusedException.class, failure -> assertThat(failure.code())
                                .isEqualTo(FaultCode.UNKNOWN_CHANNEL));
                assertThat(subscription.awaitConnected(LIMIT)).isTrue();
            }
        }
    }
}
