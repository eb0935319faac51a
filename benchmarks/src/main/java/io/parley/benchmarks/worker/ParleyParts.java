package io.parley.benchmarks.worker;

import io.parley.Handling;
import io.parley.Peer;
import io.parley.Publisher;
import io.parley.Requestor;
import io.parley.Sender;
import io.parley.SubscribeOptions;
import io.parley.Subscription;
import io.parley.benchmarks.Case;
import io.parley.benchmarks.Contender;
import io.parley.benchmarks.Workload;
import io.parley.channel.Channel;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.directory.LocalDirectoryDiscovery;
import io.parley.failure.OverloadedException;
import io.parley.message.MessageId;
import io.parley.zmq.ZmqTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Parley by its public face alone, with everything at its default but where handlers run. */
final class ParleyParts {

    private static final RequestChannel<byte[], byte[]> ECHO =
            PointToPointChannel.of("responder/echo", byte[].class).withReply(byte[].class);
    private static final PointToPointChannel<byte[]> TAKE = PointToPointChannel.of("responder/take", byte[].class);
    private static final PublishSubscribeChannel<byte[]> NEWS =
            PublishSubscribeChannel.of("initiator/news", byte[].class);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private ParleyParts() {}

    static Part of(boolean initiates, Case which, Path directory) {
        boolean inline = which.contender() == Contender.PARLEY_INLINE;
        if (initiates) {
            Peer peer = peer("initiator", directory);
            return switch (which.workload()) {
                case ROUND_TRIP -> new RoundTrips(peer, which.size());
                case REQUESTS -> new Requests(peer, which.size(), which.inFlight());
                case ONE_WAY -> new OneWays(peer, which.size());
                case PUBLISH -> new Publishes(peer, which.size());
            };
        }
        return which.workload() == Workload.PUBLISH
                ? new Subscribers(directory, inline)
                : new Responder(peer("responder", directory), inline);
    }

    private static Peer peer(String service, Path directory) {
        return Peer.named(service)
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(directory))
                .open();
    }

    private abstract static class Initiator extends InitiatingPart {

        final Peer peer;

        Initiator(Peer peer, int size, Tally arrived) {
            super(size, arrived);
            this.peer = peer;
        }

        @Override
        public String open() {
            return "-";
        }

        final void awaitReachable(Channel channel) throws InterruptedException {
            if (!peer.awaitReachable(channel, PATIENCE)) {
                throw new IllegalStateException(channel.name() + " is not reachable");
            }
        }

        @Override
        public void close() {
            peer.close();
        }
    }

    private static final class RoundTrips extends Initiator {

        private final Requestor<byte[], byte[]> requestor;

        RoundTrips(Peer peer, int size) {
            super(peer, size, Tally.single());
            requestor = peer.requestor(ECHO);
        }

        @Override
        public void begin(String address) throws Exception {
            awaitReachable(ECHO);
            super.begin(address);
        }

        @Override
        void work() {
            while (!isStopped()) {
                long number = next();
                byte[] question = Payloads.make(size, number);
                long start = System.nanoTime();
                byte[] answer = requestor.request(question);
                took(System.nanoTime() - start);
                Payloads.require(answer, size, number);
                arrived().add(number);
            }
        }
    }

    private static final class Requests extends Initiator {

        private final Requestor<byte[], byte[]> requestor;
        private final Semaphore room;
        private final int inFlight;

        Requests(Peer peer, int size, int inFlight) {
            super(peer, size, Tally.shared());
            requestor = peer.requestor(ECHO);
            room = new Semaphore(inFlight);
            this.inFlight = inFlight;
        }

        @Override
        public void begin(String address) throws Exception {
            awaitReachable(ECHO);
            super.begin(address);
        }

        @Override
        void work() throws InterruptedException {
            while (!isStopped()) {
                room.acquire();
                requestor.requestAsync(Payloads.make(size, next())).whenComplete((answer, failed) -> {
                    if (failed != null) {
                        failed(failed);
                    } else {
                        arrived().add(Payloads.number(answer));
                    }
                    room.release();
                });
            }
            room.acquire(inFlight);
        }
    }

    private static final class OneWays extends Initiator {

        private final Sender<byte[]> sender;

        OneWays(Peer peer, int size) {
            super(peer, size, Tally.single());
            sender = peer.sender(TAKE);
        }

        @Override
        public void begin(String address) throws Exception {
            awaitReachable(TAKE);
            super.begin(address);
        }

        @Override
        void work() {
            while (!isStopped()) {
                CompletableFuture<MessageId> sent = sender.sendAsync(Payloads.make(size, next()));
                if (!sent.isDone()) {
                    // No room: the receiver has as many in hand as it takes.
                    sent.join();
                }
            }
        }
    }

    private static final class Publishes extends Initiator {

        private final Publisher<byte[]> publisher;

        Publishes(Peer peer, int size) {
            super(peer, size, Tally.single());
            publisher = peer.publisher(NEWS);
        }

        @Override
        void work() {
            while (!isStopped()) {
                publish(Payloads.make(size, next()));
            }
        }

        private void publish(byte[] event) {
            while (true) {
                try {
                    publisher.publish(event);
                    return;
                } catch (OverloadedException e) {
                    LockSupport.parkNanos(100_000);
                }
            }
        }
    }

    private static final class Responder implements Part {

        private final Peer peer;
        private final Tally arrived;
        private final Handling handling;

        Responder(Peer peer, boolean inline) {
            this.peer = peer;
            arrived = inline ? Tally.single() : Tally.shared();
            handling = inline ? Handling.inline() : Handling.pooled();
        }

        @Override
        public String open() {
            peer.reply(ECHO, handling, request -> {
                byte[] payload = request.payload();
                arrived.add(Payloads.number(payload));
                return payload;
            });
            peer.receive(TAKE, handling, message -> arrived.add(Payloads.number(message.payload())));
            return "-";
        }

        @Override
        public void begin(String address) {}

        @Override
        public Tally arrived() {
            return arrived;
        }

        @Override
        public void close() {
            peer.close();
        }
    }

    /** Four peers, each with a subscription. */
    private static final class Subscribers implements Part {

        private final List<Peer> peers = new ArrayList<>();
        private final Tally arrived = Tally.shared();
        private final LongAdder missed = new LongAdder();
        private final Path directory;
        private final SubscribeOptions options;

        Subscribers(Path directory, boolean inline) {
            this.directory = directory;
            options = SubscribeOptions.all()
                    .withHandling(inline ? Handling.inline() : Handling.serial())
                    .withGapListener(gap -> missed.add(gap.missedUpTo() - gap.lastSeen()));
        }

        @Override
        public String open() {
            return "-";
        }

        @Override
        public void begin(String address) throws Exception {
            var subscriptions = new ArrayList<Subscription>();
            for (int i = 0; i < Workload.SUBSCRIBERS; i++) {
                Peer peer = peer("subscriber", directory);
                peers.add(peer);
                subscriptions.add(
                        peer.subscribe(NEWS, options, message -> arrived.add(Payloads.number(message.payload()))));
            }
            for (Subscription subscription : subscriptions) {
                if (!subscription.awaitConnected(PATIENCE)) {
                    throw new IllegalStateException("No publisher confirmed the subscription");
                }
            }
        }

        @Override
        public Tally arrived() {
            return arrived;
        }

        @Override
        public long missed() {
            return missed.sum();
        }

        @Override
        public void close() {
            peers.forEach(Peer::close);
        }
    }
}
