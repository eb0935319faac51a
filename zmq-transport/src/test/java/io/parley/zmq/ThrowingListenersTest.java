package io.parley.zmq;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.environment.Environment;
import io.parley.testkit.Await;
import io.parley.testkit.PortProbe;
import io.parley.testkit.PortProbe.LinkProbe;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No stranger ends a port by what makes a listener throw, however often: what fails is its link, or the one frame. */
class ThrowingListenersTest {

    /** More than a bound socket may fail in a row. */
    private static final int MANY = 3_000;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Fragile fragile = new Fragile();
    private final Port port =
            ZmqTransport.create().open(new PortOptions("fragile", Environment.system(), 1024, 10_000), fragile);
    private final PortProbe friend = PortProbe.open(ZmqTransport.create(), 1024, 10_000);

    @AfterEach
    void close() {
        friend.close();
        port.close(Duration.ofSeconds(5));
    }

    /** Throws whatever it may, unless it is asked to say hello. */
    private static final class Fragile implements PortListener {

        private final AtomicInteger thrown = new AtomicInteger();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();

        private <T extends Throwable> void fail(Throwable cause) throws T {
            thrown.incrementAndGet();
            @SuppressWarnings("unchecked")
            T unchecked = (T) cause;
            throw unchecked;
        }

        @Override
        public LinkListener onAccepted(Link link) {
            return new LinkListener() {
                @Override
                public void onFrame(byte[] frame) {
                    if (!new String(frame, US_ASCII).equals("hello")) {
                        Fragile.this.<RuntimeException>fail(new Throwable("frame"));
                    }
                    link.send(frame);
                }

                @Override
                public void onWritable() {}

                @Override
                public void onDown(String reason) {
                    Fragile.this.<RuntimeException>fail(new Exception("down"));
                }
            };
        }

        @Override
        public boolean mayBeTopic(byte[] prefix) {
            if (prefix[0] == '?') {
                this.<RuntimeException>fail(new AssertionError("topic"));
            }
            return true;
        }

        @Override
        public void onSubscribed(byte[] prefix) {
            this.<RuntimeException>fail(new IllegalStateException("subscribed"));
        }

        @Override
        public void onSubscribedAgain(byte[] prefix) {
            this.<RuntimeException>fail(new IllegalStateException("subscribed again"));
        }

        @Override
        public void onUnsubscribed(byte[] prefix) {
            this.<RuntimeException>fail(new IllegalStateException("unsubscribed"));
        }

        @Override
        public void onTrouble(String what) {
            this.<RuntimeException>fail(new IllegalStateException("trouble"));
        }

        @Override
        public void onFailure(Throwable cause) {
            failures.add(cause);
        }
    }

    private void assertPortServes() {
        LinkProbe link = friend.connect(port.address());
        link.send("hello");
        Await.until(
                () -> "an answer; failures: " + fragile.failures, LIMIT, () -> link.frames.equals(List.of("hello")));
        assertThat(fragile.failures).isEmpty();
    }

    @Test
    void subscriptionsThatMakeTheListenerThrowDoNotEndThePort() {
        try (var stranger = new Stranger(port.publishAddress()).shakeHands("SUB")) {
            for (int i = 0; i < MANY; i++) {
                stranger.send(Stranger.frame(0, ("\1topic " + i).getBytes(US_ASCII)));
            }
            Await.until(() -> "all are refused: " + fragile.thrown, LIMIT, () -> fragile.thrown.get() >= MANY);
            assertPortServes();
        }
        Await.until(() -> "all are gone: " + fragile.thrown, LIMIT, () -> fragile.thrown.get() >= 2 * MANY);
        assertPortServes();
    }

    @Test
    void topicThatMakesTheListenerThrowIsHungUpOn() {
        for (int i = 0; i < 3; i++) {
            try (var stranger = new Stranger(port.publishAddress()).shakeHands("SUB")) {
                stranger.send(Stranger.frame(0, "\1?".getBytes(US_ASCII)));
                assertThat(stranger.isHungUpOn()).isTrue();
            }
        }
        assertPortServes();
    }

    @Test
    void linkWhoseListenerThrowsIsEndedAtItsFirstFailure() {
        for (int i = 0; i < 3; i++) {
            try (var stranger = new Stranger(port.address()).shakeHands("DEALER")) {
                for (int j = 0; j < MANY; j++) {
                    stranger.send(Stranger.frame(0, "rubbish".getBytes(US_ASCII)));
                }
                assertThat(stranger.isHungUpOn()).isTrue();
            }
        }
        assertPortServes();
        assertThat(fragile.thrown.get()).isLessThan(MANY);
    }

    @Test
    void dialledLinkWhoseListenerThrowsIsEndedAtItsFirstFailure() {
        PortProbe chatty = PortProbe.open(ZmqTransport.create(), 1024, 10_000).echoing();
        try {
            var downs = new CopyOnWriteArrayList<String>();
            var frames = new AtomicInteger();
            port.execute(() -> {
                Link[] link = new Link[1];
                link[0] = port.connect(chatty.port().address(), new LinkListener() {
                    @Override
                    public void onFrame(byte[] frame) {
                        frames.incrementAndGet();
                        fragile.<RuntimeException>fail(new Throwable("frame"));
                    }

                    @Override
                    public void onWritable() {}

                    @Override
                    public void onDown(String reason) {
                        downs.add(reason);
                        fragile.<RuntimeException>fail(new Throwable("down"));
                    }
                });
                for (int i = 0; i < MANY; i++) {
                    link[0].send("ping".getBytes(US_ASCII));
                }
            });
            Await.until(() -> "the link is down", LIMIT, () -> downs.size() == 1);
            assertPortServes();
            assertThat(frames).hasValue(1);
            assertThat(downs).hasSize(1);
        } finally {
            chatty.close();
        }
    }
}
