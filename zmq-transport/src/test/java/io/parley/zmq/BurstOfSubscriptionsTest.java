package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.Publisher;
import io.parley.SubscribeOptions;
import io.parley.Subscription;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.message.Message;
import io.parley.testkit.Await;
import io.parley.transport.Transport;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many subscriptions that one peer makes at once all arrive, and arrive again when the publisher has been restarted. */
@Timeout(240)
class BurstOfSubscriptionsTest {

    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("press/news", String.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Discovery discovery = InMemoryDiscovery.create();
    private final List<Peer> peers = new ArrayList<>();
    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    private final Transport fixed = atFixedAddress();

    private static Transport atFixedAddress() {
        try (var one = new ServerSocket(0);
                var other = new ServerSocket(0)) {
            return ZmqTransport.builder()
                    .port(one.getLocalPort())
                    .publishPort(other.getLocalPort())
                    .build();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void closeAll() {
        peers.forEach(peer -> peer.close(Duration.ofSeconds(1)));
    }

    private Peer open(String service, Transport transport) {
        Peer peer =
                Peer.named(service).transport(transport).discovery(discovery).open();
        peers.add(peer);
        return peer;
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 40, 200, 1_000})
    void allSubscriptionsOfABurstGetEvents(int count) throws InterruptedException {
        Peer press = open("press", fixed);
        Publisher<String> publisher = press.publisher(NEWS);
        Peer reader = open("reader", ZmqTransport.create());
        var subscriptions = new ArrayList<Subscription>();
        for (int i = 0; i < count; i++) {
            int number = i;
            subscriptions.add(reader.subscribe(
                    NEWS,
                    SubscribeOptions.all().withSubjectPrefix(subject(i)).withHandling(HandlerOptions.inline()),
                    event -> heard.add(number + " " + event.payload())));
        }
        for (Subscription subscription : subscriptions) {
            assertThat(subscription.awaitConnected(LIMIT)).isTrue();
        }
        assertAllHear("first", publisher, count);
        press.close();
        Publisher<String> again = open("press", fixed).publisher(NEWS);
        assertAllHear("second", again, count);
    }

    /** Publishes again and again, as a subscription may take a moment to be made anew. */
    private void assertAllHear(String edition, Publisher<String> publisher, int count) {
        Await.until(() -> "all hear the " + edition + " edition; now do " + heard.size(), LIMIT, () -> {
            for (int i = 0; i < count; i++) {
                if (!heard.contains(i + " " + edition)) {
                    publisher.publish(Message.event(subject(i), edition));
                }
            }
            Thread.onSpinWait();
            return heardAll(edition, count);
        });
    }

    private boolean heardAll(String edition, int count) {
        for (int i = 0; i < count; i++) {
            if (!heard.contains(i + " " + edition)) {
                return false;
            }
        }
        return true;
    }

    private static String subject(int number) {
        return "subject." + number + '.';
    }
}
