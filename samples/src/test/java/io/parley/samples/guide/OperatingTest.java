package io.parley.samples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.discovery.Instance;
import io.parley.failure.OverloadedException;
import io.parley.loadbalance.LoadBalancer;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import io.parley.observe.PeerCounters;
import io.parley.observe.ReservedChannels;
import io.parley.samples.guide.Shop.OrderPlaced;
import io.parley.samples.guide.Shop.PlaceOrder;
import io.parley.testkit.Await;
import io.parley.transport.PortListener;
import io.parley.transport.memory.InMemoryTransport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits, back-pressure, closing, counting. */
class OperatingTest {

    private final InMemoryMesh mesh = new InMemoryMesh();

    @AfterEach
    void closeMesh() {
        mesh.close();
    }

    @Test
    void limitsAreSetOnce() {
        // tag::limits[]
        Peer orders = mesh.builder("orders")
                .limits(Limits.defaults()
                        .withMaxMessageBytes(256 * 1024)
                        .withWindow(500, 8 * 1024 * 1024)
                        .withHandlerThreads(16))
                .defaultTimeout(Duration.ofSeconds(2))
                .closeTimeout(Duration.ofSeconds(10))
                .open();
        // end::limits[]
        mesh.keep(orders);
        assertThat(orders.counters().linksUp()).isZero();
    }

    @Test
    void aSmallHeapWantsASmallLargestMessage() {
        // tag::heap[]
        // With -Xmx64m:
        Peer orders = mesh.builder("orders")
                .limits(Limits.defaults().withMemory(16 * 1024 * 1024).withMaxMessageBytes(256 * 1024))
                .open();
        // end::heap[]
        mesh.keep(orders).reply(Shop.PLACE, request -> new OrderPlaced("42", 1));
        Peer customer = mesh.open("customer");
        OrderPlaced placed = customer.requestor(Shop.PLACE).request(new PlaceOrder("42", "alice", "teapot", 1));
        assertThat(placed.id()).isEqualTo("42");
    }

    @Test
    void aFullWindowIsToldAtOnceOrWaitedFor() throws InterruptedException {
        var release = new CompletableFuture<OrderPlaced>();
        Peer orders = mesh.keep(mesh.builder("orders")
                .limits(Limits.defaults().withWindow(1, 16 * 1024 * 1024))
                .open());
        orders.replyAsync(Shop.PLACE, request -> release);
        Peer customer = mesh.open("customer");
        assertThat(customer.awaitReachable(Shop.PLACE, Duration.ofSeconds(10))).isTrue();
        var placing = customer.requestor(Shop.PLACE);
        var order = new PlaceOrder("42", "alice", "teapot", 1);
        var first = placing.requestAsync(order);
        assertThatThrownBy(() -> placing.request(order)).isInstanceOf(OverloadedException.class);
        var third = placing.requestAsync(order);
        release.complete(new OrderPlaced("42", 1));
        assertThat(first).succeedsWithin(Duration.ofSeconds(10));
        assertThat(third).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void aShutdownHookClosesThePeer() throws InterruptedException {
        Peer orders = mesh.open("orders");
        // tag::hook[]
        Thread closing = new Thread(orders::close, "orders-closing");
        Runtime.getRuntime().addShutdownHook(closing);
        // end::hook[]
        assertThat(Runtime.getRuntime().removeShutdownHook(closing)).isTrue();
        closing.start();
        closing.join();
        assertThat(orders.whenClosed()).isCompleted();
    }

    @Test
    void aPeerThatHasClosedByItselfIsTold() {
        var listener = new PortListener[1];
        var transport = InMemoryTransport.create();
        Peer peer = mesh.builder("orders")
                .transport((options, told) -> {
                    listener[0] = told;
                    return transport.open(options, told);
                })
                .onError((what, cause) -> {})
                .open();
        var code = new CompletableFuture<Integer>();
        IntConsumer exit = code::complete;
        // tag::supervision[]
        peer.whenClosed().whenComplete((nothing, failure) -> {
            if (failure != null) {
                exit.accept(5); // such as System::exit
            }
        });
        // end::supervision[]
        listener[0].onFailure(new IllegalStateException("no more sockets"));
        assertThat(code).succeedsWithin(Duration.ofSeconds(50)).isEqualTo(5);
    }

    @Test
    void aLoadBalancerChooses() {
        for (int i = 0; i < 3; i++) {
            String name = "orders-" + i;
            mesh.keep(mesh.builder("orders").instance(name).open())
                    .reply(Shop.PLACE, request -> new OrderPlaced(name, 1));
        }
        // tag::balancer[]
        Peer customer = mesh.builder("customer")
                .metadata(Map.of("zone", "north"))
                .balancer(LoadBalancer.zoneFirst(LoadBalancer.randomOfTwo()))
                .balancer("orders", LoadBalancer.consistentByKey())
                .open();
        // end::balancer[]
        mesh.keep(customer);
        var placing = customer.requestor(Shop.PLACE);
        Await.until("three links", () -> {
            placing.request(new PlaceOrder("42", "alice", "teapot", 1));
            return customer.counters().linksUp() == 3;
        });
        Message<PlaceOrder> order = Message.command("place", new PlaceOrder("42", "alice", "teapot", 1))
                .withHeaders(Headers.builder().key("alice").build());
        String served = placing.request(order).payload().id();
        for (int i = 0; i < 10; i++) {
            assertThat(placing.request(order).payload().id()).isEqualTo(served);
        }
    }

    @Test
    void flowsAndCounters() {
        List<String> lines = new CopyOnWriteArrayList<>();
        mesh.open("orders").reply(Shop.PLACE, request -> new OrderPlaced("42", 1));
        // tag::observe[]
        Peer customer = mesh.builder("customer")
                .flowTap(event -> {
                    if (event instanceof MessageFlow flow) {
                        lines.add(flow.step() + " " + flow.channel() + " " + flow.elapsedNanos() / 1000 + " us");
                    }
                })
                .open();
        // end::observe[]
        mesh.keep(customer);
        customer.requestor(Shop.PLACE).request(new PlaceOrder("42", "alice", "teapot", 1));
        // tag::counters[]
        PeerCounters counters = customer.counters();
        // end::counters[]
        assertThat(counters.sent()).isEqualTo(1);
        assertThat(counters.received()).isEqualTo(1);
        assertThat(counters.linksUp()).isEqualTo(1);
        assertThat(lines)
                .filteredOn(line -> !line.startsWith(FlowStep.ENQUEUED.name()))
                .hasSize(2);
        assertThat(lines.get(lines.size() - 2)).startsWith(FlowStep.SENT + " orders/place");
        assertThat(lines.get(lines.size() - 1)).startsWith(FlowStep.ANSWERED + " orders/place");
    }

    @Test
    void aPeerTellsItsState() {
        mesh.open("orders");
        Peer customer = mesh.open("customer");
        Await.until("orders is known", () -> !customer.instances("orders").isEmpty());
        List<String> states = new CopyOnWriteArrayList<>();
        // tag::state[]
        for (Instance instance : customer.instances("orders")) {
            byte[] state = customer.requestorTo(instance, ReservedChannels.state("orders"))
                    .request(new byte[0]);
            states.add(new String(state, StandardCharsets.UTF_8)); // JSON
        }
        // end::state[]
        assertThat(states).singleElement().asString().contains("\"memory\":{\"capacityBytes\":");
    }
}
