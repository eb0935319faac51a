package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.codec.Codec;
import io.parley.codec.TextCodec;
import io.parley.discovery.Discovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.failure.MessagingException;
import io.parley.testkit.Await;
import io.parley.transport.memory.InMemoryNetwork;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A codec that takes longer than a message's time limit, as one may whose classes are loaded with the first message. */
class SlowDecodingTest {

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("far/ask", String.class).withReply(String.class);
    private static final Duration LIMIT = Duration.ofMillis(200);

    private final InMemoryNetwork network = new InMemoryNetwork();
    private final Discovery discovery = InMemoryDiscovery.create();

    /** Takes twice the time limit for the first payload. */
    private static final class Slow implements Codec {

        private final Codec text = new TextCodec();
        private final AtomicBoolean isFirst = new AtomicBoolean(true);

        @Override
        public String contentType() {
            return text.contentType();
        }

        @Override
        public boolean supports(Class<?> type) {
            return text.supports(type);
        }

        @Override
        public byte[] encode(Object payload) {
            return text.encode(payload);
        }

        @Override
        public <T> T decode(byte[] bytes, int offset, int length, Class<T> type) {
            if (isFirst.getAndSet(false)) {
                long begun = System.nanoTime();
                Await.until("the time limit is over", () -> System.nanoTime() - begun > 2 * LIMIT.toNanos());
            }
            return text.decode(bytes, offset, length, type);
        }
    }

    @Test
    void handlerIsNotBegunOnceItsDeadlineHasPassedWhileThePayloadWasDecoded() throws InterruptedException {
        var begun = new AtomicInteger();
        try (Peer far = Peer.named("far")
                        .transport(InMemoryTransport.on(network))
                        .discovery(discovery)
                        .codec(new Slow())
                        .open();
                Peer near = Peer.named("near")
                        .transport(InMemoryTransport.on(network))
                        .discovery(discovery)
                        .open()) {
            far.reply(ASK, HandlerOptions.serial(), request -> {
                begun.incrementAndGet();
                return "answered";
            });
            assertThat(near.awaitReachable(ASK, Duration.ofSeconds(30))).isTrue();
            assertThatThrownBy(() -> near.requestor(ASK).request("late", LIMIT)).isInstanceOf(MessagingException.class);
            assertThat(near.requestor(ASK).request("in time", Duration.ofSeconds(30)))
                    .isEqualTo("answered");
            assertThat(begun).hasValue(1);
        }
    }
}
