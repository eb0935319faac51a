package io.parley.benchmarks.worker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.parley.benchmarks.Case;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.ByteBufPayload;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/**
 * RSocket over Reactor Netty's TCP, without copies at its own borders. One-way messages are a channel that the receiver holds back
 * by what it asks for; "fire and forget" is held back by nothing, and the sender's heap would fill. Immutable.
 */
final class Rsocket implements Stack {

    /** How many one-way messages the receiver asks for ahead. */
    private static final int AHEAD = 4096;

    @Override
    public Link link(Case which) {
        return new Connection();
    }

    @Override
    public Part responder(Case which) {
        return new Responder(which);
    }

    private static byte[] bytes(Payload payload) {
        try {
            ByteBuf data = payload.data();
            return ByteBufUtil.getBytes(data);
        } finally {
            payload.release();
        }
    }

    private static final class Connection extends Link {

        private final Semaphore asked = new Semaphore(0);
        private @Nullable RSocket socket;
        private @Nullable FluxSink<Payload> sink;
        private volatile @Nullable Throwable failure;

        @Override
        void connect(String address) {
            socket = RSocketConnector.create()
                    .payloadDecoder(PayloadDecoder.ZERO_COPY)
                    .connect(TcpClientTransport.create("127.0.0.1", Integer.parseInt(address)))
                    .block();
        }

        @Override
        byte[] ask(byte[] question) {
            byte[] answer = socket().requestResponse(ByteBufPayload.create(question))
                    .map(Rsocket::bytes)
                    .block();
            if (answer == null) {
                throw new IllegalStateException("No answer");
            }
            return answer;
        }

        @Override
        void ask(byte[] question, Answered<byte[]> then) {
            socket().requestResponse(ByteBufPayload.create(question))
                    .subscribe(answer -> then.onAnswer(bytes(answer)), then::onFailure);
        }

        @Override
        void send(byte[] payload) throws InterruptedException {
            FluxSink<Payload> out = sink;
            if (out == null) {
                out = channel();
            }
            asked.acquire();
            Throwable cause = failure;
            if (cause != null) {
                throw new IllegalStateException("The channel has failed", cause);
            }
            out.next(ByteBufPayload.create(payload));
        }

        private FluxSink<Payload> channel() {
            Flux<Payload> messages = Flux.create(
                    made -> {
                        sink = made;
                        made.onRequest(more -> asked.release((int) Math.min(more, AHEAD)));
                    },
                    FluxSink.OverflowStrategy.IGNORE);
            socket().requestChannel(messages).subscribe(Payload::release, cause -> {
                failure = cause;
                asked.release();
            });
            FluxSink<Payload> made = sink;
            if (made == null) {
                throw new IllegalStateException("The channel was not subscribed to");
            }
            return made;
        }

        @Override
        void flush() {
            if (sink != null) {
                sink.complete();
            }
        }

        private RSocket socket() {
            if (socket == null) {
                throw new IllegalStateException("Not connected");
            }
            return socket;
        }

        @Override
        void close() {
            socket().dispose();
        }
    }

    private static final class Responder implements Part, RSocket {

        private final Service service;
        private @Nullable CloseableChannel port;

        Responder(Case which) {
            service = new Service(which, Tally.shared());
        }

        @Override
        public String open() {
            CloseableChannel bound = RSocketServer.create(SocketAcceptor.with(this))
                    .payloadDecoder(PayloadDecoder.ZERO_COPY)
                    .bindNow(TcpServerTransport.create("127.0.0.1", 0));
            port = bound;
            return Integer.toString(bound.address().getPort());
        }

        @Override
        public Mono<Payload> requestResponse(Payload question) {
            return Mono.just(ByteBufPayload.create(service.answer(bytes(question))));
        }

        @Override
        public Flux<Payload> requestChannel(Publisher<Payload> messages) {
            return Flux.create(end -> messages.subscribe(new Taker(service, end)));
        }

        @Override
        public void begin(String address) {}

        @Override
        public Tally arrived() {
            return service.arrived();
        }

        @Override
        public void close() {
            if (port != null) {
                port.dispose();
            }
        }
    }

    /** Takes one-way messages and asks for more in time. Confined to RSocket's thread. */
    private static final class Taker extends BaseSubscriber<Payload> {

        private final Service service;
        private final FluxSink<Payload> end;
        private int taken;

        Taker(Service service, FluxSink<Payload> end) {
            this.service = service;
            this.end = end;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(AHEAD);
        }

        @Override
        protected void hookOnNext(Payload message) {
            service.take(bytes(message));
            if (++taken == AHEAD / 2) {
                taken = 0;
                request(AHEAD / 2);
            }
        }

        @Override
        protected void hookOnComplete() {
            end.complete();
        }

        @Override
        protected void hookOnError(Throwable cause) {
            end.error(cause);
        }
    }
}
