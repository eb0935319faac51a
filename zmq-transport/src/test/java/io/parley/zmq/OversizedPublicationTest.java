package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.Publisher;
import io.parley.SubscribeOptions;
import io.parley.Subscription;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.message.Message;
import io.parley.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An event above a subscriber's limit is missed, and told as a gap; the subscription goes on. */
@Timeout(240)
class OversizedPublicationTest {

    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("press/news", String.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int LARGE = 300_000;

    private final Discovery discovery = InMemoryDiscovery.create();
    private final List<Peer> peers = new ArrayList<>();
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final Queue<String> gaps = new ConcurrentLinkedQueue<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();

    @AfterEach
    void closeAll() {
        peers.forEach(peer -> peer.close(Duration.ofSeconds(1)));
    }

    @Test
    void largeEventsAreGapsAndTheOthersArrive() throws InterruptedException {
        Publisher<String> press = open(builder("press")).publisher(NEWS);
        Peer reader = open(builder("reader")
                .limits(Limits.defaults().withMaxMessageBytes(64 * 1024))
                .onError((what, cause) -> errors.add(what)));
        Subscription subscription = reader.subscribe(
                NEWS,
                SubscribeOptions.all().withGapListener(gap -> gaps.add(gap.subject())),
                event -> heard.add(event.payload()));
        assertThat(subscription.awaitConnected(LIMIT)).isTrue();

        press.publish("first");
        for (int i = 0; i < 20; i++) {
            press.publish(Message.event("large", "x".repeat(LARGE)));
            press.publish("after " + i);
        }

        Await.until(() -> "heard " + heard, LIMIT, () -> heard.contains("after 19"));
        assertThat(heard).hasSize(21).contains("first", "after 0");
        Await.until(() -> "gaps " + gaps, LIMIT, () -> gaps.contains("large"));
        assertThat(errors)
                .filteredOn(what -> what.contains("An event of press"))
                .hasSize(1);
    }

    private PeerBuilder builder(String service) {
        return Peer.named(service).transport(ZmqTransport.create()).discovery(discovery);
    }

    private Peer open(PeerBuilder builder) {
        Peer peer = builder.open();
        peers.add(peer);
        return peer;
    }
}
