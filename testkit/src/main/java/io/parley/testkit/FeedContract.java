package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.PortProbe.FeedProbe;
import io.parley.transport.Feed;
import io.parley.transport.Transport;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The contract of every {@link Feed}: it carries frames with the prefixes subscribed to, and the publisher learns of these. */
public interface FeedContract extends TransportSetup {

    @Test
    default void subscribersGetWhatBeginsWithTheirPrefixes() {
        Transport transport = create();
        PortProbe publisher = open(transport);
        FeedProbe apples = open(transport).follow(publisher.port().publishAddress(), "apple", "quince/");
        FeedProbe all = open(transport).follow(publisher.port().publishAddress(), "");
        Await.until("all have subscribed", () -> publisher.subscribed.size() == 3);
        List.of("apple 1", "pear 1", "appl", "quince/1", "end apple").forEach(publisher::publish);
        publisher.publish("apple 2");
        Await.until("the last frame is there", () -> apples.frames.contains("apple 2"));
        assertThat(apples.frames).containsExactly("apple 1", "quince/1", "apple 2");
        Await.until("all frames are there", () -> all.frames.size() == 6);
        assertThat(publisher.subscribed).containsExactlyInAnyOrder("apple", "quince/", "");
    }

    @Test
    default void aPortIsToldOfTheFirstAndTheLastSubscription() {
        Transport transport = create();
        PortProbe publisher = open(transport);
        FeedProbe one = open(transport).follow(publisher.port().publishAddress(), "a");
        Await.until("subscribed", () -> publisher.subscribed.equals(List.of("a")));
        FeedProbe two = open(transport).follow(publisher.port().publishAddress(), "a", "b");
        Await.until("subscribed", () -> publisher.subscribed.equals(List.of("a", "b")));
        one.unsubscribe("a");
        two.subscribe("c");
        Await.until("subscribed", () -> publisher.subscribed.equals(List.of("a", "b", "c")));
        two.unsubscribe("b");
        Await.until("b is given up", () -> publisher.unsubscribed.equals(List.of("b")));
        two.unsubscribe("a");
        Await.until("a is given up", () -> publisher.unsubscribed.equals(List.of("b", "a")));
        two.subscribe("a");
        Await.until("a is wanted again", () -> publisher.subscribed.equals(List.of("a", "b", "c", "a")));
    }

    @Test
    default void closingAFeedGivesItsSubscriptionsUp() {
        Transport transport = create();
        PortProbe publisher = open(transport);
        FeedProbe feed = open(transport).follow(publisher.port().publishAddress(), "a");
        PortProbe other = open(transport);
        other.follow(publisher.port().publishAddress(), "b");
        Await.until("subscribed", () -> publisher.subscribed.size() == 2);
        feed.close();
        Await.until("a is given up", () -> publisher.unsubscribed.equals(List.of("a")));
        other.close();
        Await.until("b is given up", () -> publisher.unsubscribed.equals(List.of("a", "b")));
    }

    @Test
    default void whatWasAskedForTwiceIsGivenUpTwice() {
        Transport transport = create();
        PortProbe publisher = open(transport);
        FeedProbe feed = open(transport).follow(publisher.port().publishAddress(), "a", "a");
        feed.unsubscribe("a");
        feed.subscribe("b");
        Await.until("subscribed", () -> publisher.subscribed.size() == 2);
        publisher.publish("a 1");
        Await.until("a is still wanted", () -> feed.frames.equals(List.of("a 1")));
        feed.unsubscribe("a");
        Await.until("a is given up", () -> publisher.unsubscribed.equals(List.of("a")));
    }

    @Test
    default void aFeedFindsThePublisherThatCameBack() {
        Transport fixed = createAtFixedAddress();
        PortProbe first = open(fixed);
        FeedProbe feed = open(create()).follow(first.port().publishAddress(), "a");
        Await.until("subscribed", () -> first.subscribed.equals(List.of("a")));
        first.close();
        PortProbe second = open(fixed);
        Await.until("subscribed again", () -> second.subscribed.equals(List.of("a")));
        second.publish("a 1");
        Await.until("the frame is there", () -> feed.frames.equals(List.of("a 1")));
    }

    @Test
    default void aFeedMayFollowBeforeAnybodyIsBound() {
        Transport fixed = createAtFixedAddress();
        PortProbe first = open(fixed);
        String address = first.port().publishAddress();
        first.close();
        FeedProbe feed = open(create()).follow(address, "a");
        PortProbe publisher = open(fixed);
        Await.until("subscribed", () -> publisher.subscribed.equals(List.of("a")));
        publisher.publish("a 1");
        Await.until("the frame is there", () -> feed.frames.equals(List.of("a 1")));
    }

    @Test
    default void publishingToNobodyOrToSomebodySlowDoesNotWait() {
        Transport transport = create();
        PortProbe publisher = open(transport);
        publisher.publish("to nobody");
        PortProbe slow = open(transport);
        FeedProbe feed = slow.follow(publisher.port().publishAddress(), "a");
        Await.until("subscribed", () -> !publisher.subscribed.isEmpty());
        var release = new CountDownLatch(1);
        slow.port().execute(() -> Await.latch(release));
        byte[] large = PortProbe.bytes("a".repeat(8 * 1024));
        int published = 4_000;
        publisher.call(() -> {
            for (int i = 0; i < published; i++) {
                publisher.port().publish(large.clone());
            }
            return true;
        });
        release.countDown();
        Await.until("some have arrived", () -> !feed.frames.isEmpty());
        publisher.publish("a last");
        int[] seen = {0};
        Await.until("it can follow again", () -> {
            if (seen[0]++ % 20 == 0) {
                publisher.publish("a last");
            }
            return feed.frames.contains("a last");
        });
        assertThat(feed.frames.size()).isLessThan(published);
    }
}
