package io.parley.benchmarks.worker;

import io.grpc.CallOptions;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.parley.benchmarks.Case;
import io.parley.benchmarks.Contender;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * gRPC over its own Netty, in plain text: unary calls for requests, without a deadline; one stream for one-way messages, held back by
 * gRPC's flow control. Bytes go as they are, without Protocol Buffers around them. Immutable.
 */
final class Grpc implements Stack {

    private static final MethodDescriptor<byte[], byte[]> ECHO = method("bench/Echo", MethodType.UNARY);
    private static final MethodDescriptor<byte[], byte[]> TAKE = method("bench/Take", MethodType.CLIENT_STREAMING);

    /** What gRPC takes in before it says that it has enough; its own 32 KiB make for a stop every few hundred messages. */
    private static final int READY_BYTES = 256 * 1024;

    private final boolean direct;

    Grpc(Contender contender) {
        direct = contender == Contender.GRPC;
    }

    @Override
    public Link link(Case which) {
        return new Calls(direct);
    }

    @Override
    public Part responder(Case which) {
        return new Responder(which, direct);
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
                .setType(type)
                .setFullMethodName(name)
                .build();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new Whole(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream instanceof KnownLength ? stream.readNBytes(stream.available()) : stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Bytes that gRPC takes at once, as it does from messages of Protocol Buffers; else it copies through 8 KiB each time. */
    private static final class Whole extends ByteArrayInputStream implements Drainable, KnownLength {

        Whole(byte[] value) {
            super(value);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = available();
            target.write(buf, pos, length);
            pos = count;
            return length;
        }
    }

    private static final class Calls extends Link {

        private final boolean direct;
        private @Nullable ManagedChannel channel;
        private @Nullable Stream stream;

        Calls(boolean direct) {
            this.direct = direct;
        }

        @Override
        void connect(String address) {
            var builder = NettyChannelBuilder.forAddress("127.0.0.1", Integer.parseInt(address))
                    .usePlaintext();
            channel = (direct ? builder.directExecutor() : builder).build();
        }

        @Override
        byte[] ask(byte[] question) {
            return ClientCalls.blockingUnaryCall(channel(), ECHO, CallOptions.DEFAULT, question);
        }

        @Override
        void ask(byte[] question, Answered<byte[]> then) {
            ClientCalls.asyncUnaryCall(
                    channel().newCall(ECHO, CallOptions.DEFAULT), question, new StreamObserver<byte[]>() {
                        @Override
                        public void onNext(byte[] answer) {
                            then.onAnswer(answer);
                        }

                        @Override
                        public void onError(Throwable cause) {
                            then.onFailure(cause);
                        }

                        @Override
                        public void onCompleted() {}
                    });
        }

        @Override
        void send(byte[] payload) throws InterruptedException {
            if (stream == null) {
                stream = new Stream();
                ClientCalls.asyncClientStreamingCall(
                        channel().newCall(TAKE, CallOptions.DEFAULT.withOnReadyThreshold(READY_BYTES)), stream);
            }
            stream.send(payload);
        }

        @Override
        void flush() throws InterruptedException {
            if (stream != null) {
                stream.end();
            }
        }

        private ManagedChannel channel() {
            if (channel == null) {
                throw new IllegalStateException("Not connected");
            }
            return channel;
        }

        @Override
        void close() {
            channel().shutdownNow();
        }
    }

    /** One-way messages until it ends. Confined to the initiator, but for what gRPC calls. */
    private static final class Stream implements ClientResponseObserver<byte[], byte[]> {

        private final Semaphore ready = new Semaphore(0);
        private final Semaphore ended = new Semaphore(0);
        private @Nullable ClientCallStreamObserver<byte[]> messages;
        private volatile @Nullable Throwable failure;

        @Override
        public void beforeStart(ClientCallStreamObserver<byte[]> messages) {
            this.messages = messages;
            messages.setOnReadyHandler(ready::release);
        }

        void send(byte[] payload) throws InterruptedException {
            ClientCallStreamObserver<byte[]> stream = started();
            while (!stream.isReady()) {
                failIfFailed();
                ready.acquire();
            }
            stream.onNext(payload);
        }

        void end() throws InterruptedException {
            started().onCompleted();
            if (!ended.tryAcquire(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The stream was not ended by the other side");
            }
            failIfFailed();
        }

        @Override
        public void onNext(byte[] nothing) {}

        @Override
        public void onError(Throwable cause) {
            failure = cause;
            ready.release();
            ended.release();
        }

        @Override
        public void onCompleted() {
            ended.release();
        }

        private ClientCallStreamObserver<byte[]> started() {
            if (messages == null) {
                throw new IllegalStateException("Not started");
            }
            return messages;
        }

        private void failIfFailed() {
            Throwable cause = failure;
            if (cause != null) {
                throw new IllegalStateException("The stream has failed", cause);
            }
        }
    }

    private static final class Responder implements Part {

        private final Service service;
        private final Server server;

        Responder(Case which, boolean direct) {
            service = new Service(which, Tally.shared());
            var builder = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .addService(ServerServiceDefinition.builder("bench")
                            .addMethod(ECHO, ServerCalls.asyncUnaryCall(this::answer))
                            .addMethod(TAKE, ServerCalls.asyncClientStreamingCall(this::take))
                            .build());
            server = (direct ? builder.directExecutor() : builder).build();
        }

        @Override
        public String open() throws IOException {
            return Integer.toString(server.start().getPort());
        }

        private void answer(byte[] question, StreamObserver<byte[]> answers) {
            answers.onNext(service.answer(question));
            answers.onCompleted();
        }

        private StreamObserver<byte[]> take(StreamObserver<byte[]> answers) {
            return new StreamObserver<>() {
                @Override
                public void onNext(byte[] payload) {
                    service.take(payload);
                }

                @Override
                public void onError(Throwable cause) {
                    // The other end is gone; the account at the end shows if it was too soon.
                }

                @Override
                public void onCompleted() {
                    answers.onNext(new byte[0]);
                    answers.onCompleted();
                }
            };
        }

        @Override
        public void begin(String address) {}

        @Override
        public Tally arrived() {
            return service.arrived();
        }

        @Override
        public void close() {
            server.shutdownNow();
        }
    }
}
