package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.Handling;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.codec.Codec;
import io.parley.codec.TextCodec;
import io.parley.discovery.Discovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.failure.TimedOutException;
import io.parley.transport.memory.InMemoryNetwork;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A codec that takes longer than a message's time limit, as one may whose classes are loaded with the first message. */
class SlowDecodingTest {

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("far/ask", String.class).withReply(String.class);
    private static final Duration LIMIT = Duration.ofMillis(200);

    private final InMemoryNetwork network = new InMemoryNetwork();
    private final Discovery discovery = InMemoryDiscovery.create();
    private final CountDownLatch givenUp = new CountDownLatch(1);

    /** Decodes once the caller has given up. */
    private final class Slow implements Codec {

        private final Codec text = new TextCodec();

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
            try {
                givenUp.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return text.decode(bytes, offset, length, type);
        }
    }

    @Test
    void handlerIsNotBegunOnceItsDeadlineHasPassedWhileThePayloadWasDecoded() {
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
            far.reply(ASK, Handling.serial(), request -> {
                begun.incrementAndGet();
                return "answered";
            });
            assertThatThrownBy(() -> near.requestor(ASK).request("late", LIMIT)).isInstanceOf(TimedOutException.class);
            givenUp.countDown();
            assertThat(near.requestor(ASK).request("in time", Duration.ofSeconds(30)))
                    .isEqualTo("answered");
            assertThat(begun).hasValue(1);
        }
    }
}
