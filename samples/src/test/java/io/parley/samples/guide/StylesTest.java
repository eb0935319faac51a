package io.parley.samples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.Publisher;
import io.parley.Requestor;
import io.parley.Sender;
import io.parley.SubscribeOptions;
import io.parley.Subscription;
import io.parley.Survey;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import io.parley.samples.guide.Shop.OrderEvent;
import io.parley.samples.guide.Shop.OrderPlaced;
import io.parley.samples.guide.Shop.PlaceOrder;
import io.parley.samples.guide.Shop.Quote;
import io.parley.samples.guide.Shop.QuoteWanted;
import io.parley.samples.guide.Shop.ShipOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The four styles. */
class StylesTest {

    private final InMemoryMesh mesh = new InMemoryMesh();
    private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

    @AfterEach
    void closeMesh() {
        mesh.close();
    }

    @Test
    void request() {
        Peer orders = mesh.open("orders");
        Peer customer = mesh.open("customer");
        // tag::request[]
        // In orders:
        orders.reply(Shop.PLACE, request -> new OrderPlaced(request.payload().id(), 2450));

        // In customer:
        Requestor<PlaceOrder, OrderPlaced> placing = customer.requestor(Shop.PLACE);
        OrderPlaced placed = placing.request(new PlaceOrder("42", "alice", "teapot", 1));
        // end::request[]
        assertThat(placed).isEqualTo(new OrderPlaced("42", 2450));
    }

    @Test
    void requestWithoutWaiting() {
        Peer orders = mesh.open("orders");
        Peer customer = mesh.open("customer");
        // tag::async[]
        // In orders: answer when the stage completes; no thread waits for it.
        orders.replyAsync(Shop.PLACE, request -> charge(request.payload()));

        // In customer: give up after two seconds.
        CompletableFuture<OrderPlaced> placed = customer.requestor(Shop.PLACE)
                .requestAsync(new PlaceOrder("43", "bob", "mug", 2), Duration.ofSeconds(2));
        // end::async[]
        assertThat(placed).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(new OrderPlaced("43", 1780));
    }

    private static CompletableFuture<OrderPlaced> charge(PlaceOrder order) {
        return CompletableFuture.supplyAsync(() -> new OrderPlaced(order.id(), 890L * order.quantity()));
    }

    @Test
    void oneWay() throws InterruptedException {
        Peer warehouse = mesh.open("warehouse");
        Peer orders = mesh.open("orders");
        // tag::oneway[]
        // In each instance of warehouse: every message reaches one of them.
        warehouse.receive(Shop.SHIP, command -> ship(command.payload()));

        // In orders:
        Sender<ShipOrder> shipping = orders.sender(Shop.SHIP);
        shipping.send(new ShipOrder("42", "teapot", 1));
        // end::oneway[]
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(new ShipOrder("42", "teapot", 1));
    }

    private void ship(ShipOrder order) {
        seen.add(order);
    }

    @Test
    void publishAndSubscribe() throws InterruptedException {
        Peer orders = mesh.open("orders");
        Peer notification = mesh.open("notification");
        // tag::publish[]
        // In orders:
        Publisher<OrderEvent> events = orders.publisher(Shop.EVENTS);

        // In notification: all events whose name begins with "order.created".
        Subscription subscription = notification.subscribe(
                Shop.EVENTS,
                SubscribeOptions.all().withSubjectPrefix("order.created"),
                event -> write(event.payload().customer()));
        subscription.awaitConnected(Duration.ofSeconds(5));

        // In orders, from now on:
        events.publish(Message.event("order.created", Aggregate.of("order", "42"), new OrderEvent("42", "alice")));
        // end::publish[]
        events.publish(Message.event("order.refused", new OrderEvent("43", "bob")));
        events.publish(Message.event("order.created", new OrderEvent("44", "carol")));
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("alice");
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("carol");
    }

    private void write(String customer) {
        seen.add(customer);
    }

    @Test
    void gaps() throws InterruptedException {
        Peer orders = mesh.open("orders");
        Peer notification = mesh.open("notification");
        Publisher<OrderEvent> events = orders.publisher(Shop.EVENTS);
        // tag::gap[]
        Subscription subscription = notification.subscribe(
                Shop.EVENTS,
                SubscribeOptions.all().withGapListener(gap -> lookUpWhatWasMissed(gap.publisher(), gap.subject())),
                event -> write(event.payload().customer()));
        // end::gap[]
        assertThat(subscription.awaitConnected(Duration.ofSeconds(10))).isTrue();
        events.publish(new OrderEvent("42", "alice"));
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("alice");
    }

    private void lookUpWhatWasMissed(Object publisher, String subject) {
        seen.add(subject);
    }

    @Test
    void survey() throws InterruptedException {
        Peer shop = mesh.open("shop");
        shop.surveyor(Shop.QUOTES);
        Peer supplier = mesh.open("fine-china");
        // tag::respond[]
        // In each supplier, whatever its service is called:
        Subscription responding = supplier.respond(Shop.QUOTES, wanted -> new Quote("fine-china", 1900));
        // end::respond[]
        assertThat(responding.awaitConnected(Duration.ofSeconds(10))).isTrue();
        assertThat(ask(shop)).containsExactly(new Quote("fine-china", 1900));
    }

    // tag::survey[]
    /** In shop: asks for a second at most, or until three have answered. */
    List<Quote> ask(Peer shop) throws InterruptedException {
        try (Survey<Quote> survey =
                shop.surveyor(Shop.QUOTES).survey(new QuoteWanted("teapot", 6), Duration.ofSeconds(1), 3)) {
            return survey.await().stream().map(Message::payload).toList();
        }
    }
    // end::survey[]

    @Test
    void handlersRunWhereTheySay() throws InterruptedException {
        Peer warehouse = mesh.open("warehouse");
        // tag::handling[]
        warehouse.receive(Shop.SHIP, HandlerOptions.serial(), command -> ship(command.payload()));
        // end::handling[]
        mesh.open("orders").sender(Shop.SHIP).send(new ShipOrder("1", "mug", 1));
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(new ShipOrder("1", "mug", 1));
    }

    @Test
    void headers() throws InterruptedException {
        Peer warehouse = mesh.open("warehouse");
        Peer orders = mesh.open("orders");
        warehouse.receive(Shop.SHIP, seen::add);
        Sender<ShipOrder> shipping = orders.sender(Shop.SHIP);
        // tag::headers[]
        Headers headers = Headers.builder().key("42").put("tenant", "blue").build();
        shipping.send(Message.command("ship", new ShipOrder("42", "teapot", 1)).withHeaders(headers));
        // end::headers[]
        Message<?> received = (Message<?>) seen.poll(10, TimeUnit.SECONDS);
        assertThat(received).isNotNull();
        assertThat(received.headers().key()).hasValue("42");
        assertThat(received.headers().application()).containsEntry("tenant", "blue");
        assertThat(received.headers().messageType()).hasValue("ShipOrder");
    }

    @Test
    void bytesAndText() {
        Peer orders = mesh.open("orders");
        Peer customer = mesh.open("customer");
        // tag::text[]
        RequestChannel<String, byte[]> invoice =
                PointToPointChannel.of("orders/invoice", String.class).withReply(byte[].class);
        orders.reply(invoice, order -> print(order.payload()));
        // end::text[]
        assertThat(customer.requestor(invoice).request("42")).hasSize(2);
    }

    private static byte[] print(String order) {
        return order.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
