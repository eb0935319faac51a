package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.testkit.Await;
import io.parley.testkit.PortProbe;
import io.parley.testkit.PortProbe.FeedProbe;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever subscribes to a confirm-topic is answered, though somebody else has subscribed to the same one before. */
class RepeatedNonceTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String CHANNEL = "press/news";
    /** A confirm-topic whose nonce consists of ASCII characters, as probes keep topics as text. */
    private static final String TOPIC = "\u0001" + "one-nonc" + CHANNEL + '\0';

    private final Peer press = Peer.named("press")
            .transport(ZmqTransport.create())
            .discovery(InMemoryDiscovery.create())
            .open();
    private final PortProbe first = PortProbe.open(ZmqTransport.create(), 1 << 20, 100);
    private final PortProbe second = PortProbe.open(ZmqTransport.create(), 1 << 20, 100);

    @AfterEach
    void closeAll() {
        first.close();
        second.close();
        press.close(Duration.ofSeconds(1));
    }

    @Test
    void secondSubscriberWithTheSameNonceGetsSubscribed() {
        press.publisher(PublishSubscribeChannel.of(CHANNEL, String.class));
        FeedProbe before = first.follow(press.self().publishAddress(), TOPIC);
        awaitSubscribed(before, 1);
        FeedProbe later = second.follow(press.self().publishAddress(), TOPIC);
        awaitSubscribed(later, 1);
        // All who share the topic hear each answer.
        awaitSubscribed(before, 2);
        assertThat(later.frames).hasSize(1);
    }

    @Test
    void subscriberThatComesBackWithItsNonceGetsSubscribedAgain() {
        press.publisher(PublishSubscribeChannel.of(CHANNEL, String.class));
        FeedProbe before = first.follow(press.self().publishAddress(), TOPIC);
        awaitSubscribed(before, 1);
        for (int i = 0; i < 3; i++) {
            FeedProbe again = second.follow(press.self().publishAddress(), TOPIC);
            awaitSubscribed(again, 1);
            again.close();
        }
    }

    private static void awaitSubscribed(FeedProbe feed, int count) {
        Await.until(() -> count + " times SUBSCRIBED in " + feed.frames, LIMIT, () -> feed.frames.size() >= count);
        assertThat(feed.frames)
                .allSatisfy(frame -> assertThat(frame).startsWith(TOPIC).contains("press"));
    }
}
