package io.parley.benchmarks.worker;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import io.parley.benchmarks.Case;
import io.parley.benchmarks.Workload;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.MessageProducer;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The event bus of Vert.x, clustered by Hazelcast, which finds the others by address and has no part in the messages' way. The bus
 * holds no sender back, so that a window of messages not yet written does. Immutable.
 */
final class VertxBus implements Stack {

    private static final String ECHO = "echo";
    private static final String TAKE = "take";

    /** How many one-way messages may wait to be written. */
    private static final int WINDOW = 4096;

    /** Kept, as levels are forgotten with their logger. */
    private static final List<Logger> QUIET = List.of(Logger.getLogger("io.vertx"), Logger.getLogger("io.netty"));

    VertxBus() {
        System.setProperty("hazelcast.logging.type", "none");
        QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
    }

    @Override
    public Link link(Case which) {
        return new Bus();
    }

    @Override
    public Part responder(Case which) {
        return new Consumers(which);
    }

    /** One more node; of a cluster of its own if {@code others} is empty. */
    private static Node join(String others) throws Exception {
        Config config = ConfigUtil.loadConfig();
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        // The next one that is free.
        config.getNetworkConfig().setPort(5701).setPortAutoIncrement(true).setPortCount(1000);
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true);
        if (!others.isEmpty()) {
            join.getTcpIpConfig().addMember(others);
        }
        var cluster = new HazelcastClusterManager(config);
        var options = new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventBusOptions(new EventBusOptions().setHost("127.0.0.1"));
        Vertx vertx =
                await(Vertx.builder().with(options).withClusterManager(cluster).buildClustered());
        var address =
                cluster.getHazelcastInstance().getCluster().getLocalMember().getAddress();
        return new Node(vertx, address.getHost() + ":" + address.getPort());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** @param address where its Hazelcast is found */
    private record Node(Vertx vertx, String address) {}

    private static final class Bus extends Link {

        private final Semaphore room = new Semaphore(WINDOW);
        private @Nullable Vertx vertx;
        private @Nullable MessageProducer<byte[]> sender;
        private @Nullable MessageProducer<byte[]> publisher;

        @Override
        void connect(String address) throws Exception {
            vertx = join(address).vertx();
            sender = vertx.eventBus().sender(TAKE);
            publisher = vertx.eventBus().publisher(TAKE);
        }

        @Override
        byte[] ask(byte[] question) throws Exception {
            return await(vertx().eventBus().<byte[]>request(ECHO, question)).body();
        }

        @Override
        void ask(byte[] question, Answered<byte[]> then) {
            vertx().eventBus()
                    .<byte[]>request(ECHO, question)
                    .onComplete(answer -> then.onAnswer(answer.body()), then::onFailure);
        }

        @Override
        void send(byte[] payload) throws Exception {
            write(sender, payload);
        }

        @Override
        void publish(byte[] event) throws Exception {
            write(publisher, event);
        }

        private void write(@Nullable MessageProducer<byte[]> producer, byte[] payload) throws InterruptedException {
            if (producer == null) {
                throw new IllegalStateException("Not connected");
            }
            room.acquire();
            producer.write(payload).onComplete(written -> room.release());
        }

        @Override
        void flush() throws InterruptedException {
            room.acquire(WINDOW);
        }

        private Vertx vertx() {
            if (vertx == null) {
                throw new IllegalStateException("Not connected");
            }
            return vertx;
        }

        /** The node goes with the process; to leave the cluster in order takes seconds. */
        @Override
        void close() {}
    }

    /** Consumers; of events, each on a node of its own. */
    private static final class Consumers implements Part {

        private final Case which;
        private final Service service;
        private final List<Node> nodes = new ArrayList<>();

        Consumers(Case which) {
            this.which = which;
            service = new Service(which, Tally.shared());
        }

        @Override
        public String open() throws Exception {
            int count = which.workload() == Workload.PUBLISH ? which.load() : 1;
            for (int i = 0; i < count; i++) {
                Node node = join(nodes.isEmpty() ? "" : nodes.get(0).address());
                nodes.add(node);
                var bus = node.vertx().eventBus();
                await(bus.<byte[]>consumer(ECHO, message -> message.reply(service.answer(message.body())))
                        .completion());
                await(bus.<byte[]>consumer(TAKE, message -> service.take(message.body()))
                        .completion());
            }
            return nodes.get(0).address();
        }

        @Override
        public void begin(String address) {}

        @Override
        public Tally arrived() {
            return service.arrived();
        }

        /** As the initiator's. */
        @Override
        public void close() {}
    }
}
