package io.parley.benchmarks.worker;

import io.parley.HandlerOptions;
import io.parley.Limits;
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
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.failure.OverloadedException;
import io.parley.message.MessageId;
import io.parley.zmq.ZmqTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Parley by its public face alone, with everything at its default but where handlers run, and how large a message may be where they
 * are large. Immutable.
 */
final class Parley implements Stack {

    private static final RequestChannel<byte[], byte[]> ECHO =
            PointToPointChannel.of("responder/echo", byte[].class).withReply(byte[].class);
    private static final RequestChannel<Order, Receipt> ORDERS =
            PointToPointChannel.of("responder/orders", Order.class).withReply(Receipt.class);
    private static final PointToPointChannel<byte[]> TAKE = PointToPointChannel.of("responder/take", byte[].class);
    private static final PublishSubscribeChannel<byte[]> NEWS =
            PublishSubscribeChannel.of("initiator/news", byte[].class);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LARGEST = 64 << 20;
    /** Two of the largest, and room beside them for small ones, several thousand until it is granted anew. */
    private static final int WINDOW = 2 * LARGEST + 1_000_000;

    /** What is a flight recorder's size by default. */
    private static final int DEFAULT_RECORDED = 65_536;

    private final boolean inline;
    private final int recorded;
    private final Path directory;

    Parley(Contender contender, Path directory) {
        inline = contender == Contender.PARLEY_INLINE;
        recorded = contender == Contender.PARLEY_UNRECORDED ? 0 : DEFAULT_RECORDED;
        this.directory = directory;
    }

    @Override
    public Link link(Case which) {
        return new PeerLink(peer("initiator", which), which.workload());
    }

    @Override
    public Part responder(Case which) {
        if (which.workload() != Workload.PUBLISH) {
            return new Responder(peer("responder", which), which, inline);
        }
        var peers = new ArrayList<Peer>();
        for (int i = 0; i < which.load(); i++) {
            peers.add(peer("subscriber", which));
        }
        return new Subscribers(peers, which, inline);
    }

    private Peer peer(String service, Case which) {
        Limits limits = Limits.defaults();
        boolean large = which.workload() == Workload.TRANSFER || which.workload() == Workload.BESIDE;
        return Peer.named(service)
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(directory))
                .flightRecorder(recorded)
                .limits(
                        large
                                ? limits.withMaxMessageBytes(LARGEST).withWindow(limits.windowMessages(), WINDOW)
                                : limits)
                .open();
    }

    private static final class PeerLink extends Link {

        private final Peer peer;
        private final Workload workload;
        private final Requestor<byte[], byte[]> requestor;
        private final Requestor<Order, Receipt> orders;
        private final Sender<byte[]> sender;
        private final Publisher<byte[]> publisher;

        PeerLink(Peer peer, Workload workload) {
            this.peer = peer;
            this.workload = workload;
            requestor = peer.requestor(ECHO);
            orders = peer.requestor(ORDERS);
            sender = peer.sender(TAKE);
            publisher = peer.publisher(NEWS);
        }

        @Override
        void connect(String address) throws InterruptedException {
            switch (workload) {
                case ROUND_TRIP, REQUESTS, PACED -> awaitReachable(ECHO);
                case RECORDS -> awaitReachable(ORDERS);
                case ONE_WAY, TRANSFER -> awaitReachable(TAKE);
                case BESIDE -> {
                    awaitReachable(ECHO);
                    awaitReachable(TAKE);
                }
                case PUBLISH -> {
                    // The subscriptions were confirmed already, and by this peer.
                }
            }
        }

        private void awaitReachable(Channel channel) throws InterruptedException {
            if (!peer.awaitReachable(channel, PATIENCE)) {
                throw new IllegalStateException(channel.name() + " is not reachable");
            }
        }

        @Override
        byte[] ask(byte[] question) {
            return requestor.request(question);
        }

        @Override
        void ask(byte[] question, Answered<byte[]> then) {
            requestor.requestAsync(question).whenComplete(then);
        }

        @Override
        void ask(Order order, Answered<Receipt> then) {
            orders.requestAsync(order).whenComplete(then);
        }

        @Override
        void send(byte[] payload) {
            CompletableFuture<MessageId> sent = sender.sendAsync(payload);
            if (!sent.isDone() || sent.isCompletedExceptionally()) {
                // No room: the receiver has as many in hand as it takes.
                sent.join();
            }
        }

        @Override
        void publish(byte[] event) {
            while (true) {
                try {
                    publisher.publish(event);
                    return;
                } catch (OverloadedException e) {
                    LockSupport.parkNanos(100_000);
                }
            }
        }

        @Override
        void close() {
            peer.close();
        }
    }

    private static final class Responder implements Part {

        private final Peer peer;
        private final Service service;
        private final HandlerOptions handling;

        Responder(Peer peer, Case which, boolean inline) {
            this.peer = peer;
            service = new Service(which, inline ? Tally.single() : Tally.shared());
            handling = inline ? HandlerOptions.inline() : HandlerOptions.pooled();
        }

        @Override
        public String open() {
            peer.reply(ECHO, handling, request -> service.answer(request.payload()));
            peer.reply(ORDERS, handling, request -> service.answer(request.payload()));
            peer.receive(TAKE, handling, message -> service.take(message.payload()));
            return "-";
        }

        @Override
        public void begin(String address) {}

        @Override
        public Tally arrived() {
            return service.arrived();
        }

        @Override
        public void close() {
            peer.close();
        }
    }

    /** Peers, each with a subscription. */
    private static final class Subscribers implements Part {

        private final List<Peer> peers;
        private final Service service;
        private final LongAdder missed = new LongAdder();
        private final SubscribeOptions options;

        Subscribers(List<Peer> peers, Case which, boolean inline) {
            this.peers = peers;
            service = new Service(which, Tally.shared());
            options = SubscribeOptions.all()
                    .withHandling(inline ? HandlerOptions.inline() : HandlerOptions.serial())
                    .withGapListener(gap -> missed.add(gap.missedUpTo() - gap.lastSeen()));
        }

        @Override
        public String open() {
            return "-";
        }

        @Override
        public void begin(String address) throws Exception {
            var subscriptions = new ArrayList<Subscription>();
            for (Peer peer : peers) {
                subscriptions.add(peer.subscribe(NEWS, options, message -> service.take(message.payload())));
            }
            for (Subscription subscription : subscriptions) {
                if (!subscription.awaitConnected(PATIENCE)) {
                    throw new IllegalStateException("No publisher confirmed the subscription");
                }
            }
        }

        @Override
        public Tally arrived() {
            return service.arrived();
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
