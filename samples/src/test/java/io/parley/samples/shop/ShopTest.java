package io.parley.samples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.Peer;
import io.parley.Requestor;
import io.parley.Subscription;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.failure.FaultedException;
import io.parley.message.Event;
import io.parley.message.Message;
import io.parley.samples.shop.Shop.OrderEvent;
import io.parley.samples.shop.Shop.OrderPlaced;
import io.parley.samples.shop.Shop.OrderRefused;
import io.parley.samples.shop.Shop.OrderShipped;
import io.parley.samples.shop.Shop.PlaceOrder;
import io.parley.samples.shop.Shop.Quote;
import io.parley.samples.shop.Shop.QuoteWanted;
import io.parley.testkit.Await;
import io.parley.transport.memory.InMemoryTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays the story of the shop within one process. */
class ShopTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final InMemoryDiscovery discovery = InMemoryDiscovery.create();
    private final InMemoryTransport transport = InMemoryTransport.create();
    private final List<Peer> peers = new ArrayList<>();

    private final List<ShopPeer> warehouses = new ArrayList<>();
    private final List<ShopPeer> suppliers = new ArrayList<>();
    private ShopPeer orders;
    private ShopPeer payment;
    private ShopPeer notification;

    @BeforeEach
    void openTheShop() {
        orders = start("orders", 1);
        payment = start("payment", 1);
        warehouses.add(start("warehouse", 1));
        warehouses.add(start("warehouse", 2));
        notification = start("notification", 1);
        for (int number = 1; number <= 3; number++) {
            suppliers.add(start("supplier", number));
        }
        await(() -> notification.figures().get("listening.warehouses") == 2
                && notification.figures().get("listening.orders") == 1);
    }

    @AfterEach
    void closeTheShop() {
        peers.forEach(peer -> peer.close(Duration.ofSeconds(1)));
    }

    @Test
    void everyOrderIsPlacedOrRefusedAndNothingIsLost() throws IOException, InterruptedException {
        var customer = (Customer) start("customer", 1);
        assertThat(customer.awaitSuppliers(3, LIMIT)).isTrue();

        Story.ofSamples().play("test", customer, Duration.ofMillis(1), 3);

        assertThat(customer.figures())
                .containsAllEntriesOf(Map.of(
                        "read", 200L,
                        "placed", 160L,
                        "refused.unknown-product", 12L,
                        "refused.bad-quantity", 10L,
                        "refused.payment-declined", 5L,
                        "refused.incomplete", 3L,
                        "refused.invalid-payload", 10L,
                        "surveys", 25L,
                        "quotes", 75L));
        assertThat(orders.figures()).containsAllEntriesOf(Map.of("created", 160L, "refused", 30L));
        assertThat(payment.figures()).containsAllEntriesOf(Map.of("charged", 160L, "declined", 5L));
        await(() -> sum(warehouses, "shipped") == 160);
        assertThat(warehouses)
                .allSatisfy(warehouse ->
                        assertThat(warehouse.figures().get("shipped")).isPositive());
        await(() -> notified("created") == 160 && notified("refused") == 30 && notified("shipped") == 160);
        assertThat(notification.figures()).doesNotContainKey("gaps");
    }

    @Test
    void anOrderPlacedTwiceIsAnsweredAlikeAndShippedOnce() {
        Requestor<PlaceOrder, OrderPlaced> requestor =
                open("visitor", "visitor-1").requestor(Shop.PLACE);
        var order = new PlaceOrder("42", "Ada", "tea", 2);

        OrderPlaced first = requestor.request(order);

        assertThat(first).isEqualTo(new OrderPlaced("42", 900, "paid-42"));
        assertThat(requestor.request(order)).isEqualTo(first);
        await(() -> notified("shipped") == 1);
        assertThat(orders.figures()).containsAllEntriesOf(Map.of("created", 1L, "repeated", 1L));
        assertThat(sum(warehouses, "shipped")).isEqualTo(1);
    }

    @Test
    void whatIsWrongWithAnOrderIsToldByACodeAndPublished() throws InterruptedException {
        Peer visitor = open("visitor", "visitor-1");
        BlockingQueue<Message<OrderEvent>> events = new LinkedBlockingQueue<>();
        Subscription subscription = visitor.subscribe(Shop.ORDER_EVENTS, events::add);
        assertThat(subscription.awaitConnected(LIMIT)).isTrue();

        assertThatThrownBy(() -> visitor.requestor(Shop.PLACE).request(new PlaceOrder("7", "Ada", "gin", 1)))
                .isInstanceOfSatisfying(FaultedException.class, fault -> assertThat(fault.code())
                        .isEqualTo("unknown-product"));

        Message<OrderEvent> event = events.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(event.payload()).isEqualTo(new OrderRefused("7", "Ada", "unknown-product"));
        assertThat(((Event<OrderEvent>) event).name()).isEqualTo(Shop.ORDER_REFUSED);
    }

    private static Stream<String> unusableIds() {
        return Stream.of("null \\u0000 within", "half a pair \\ud83d", "x".repeat(256));
    }

    @ParameterizedTest
    @MethodSource("unusableIds")
    void orderWhoseIdCannotBeSentOnIsRefusedAndTheNextOneIsPlaced(String id) {
        var customer = (Customer) start("customer", 1);

        assertThat(customer.place("bad", order(id, "Ada", "tea"), "test")).isEqualTo("bad-id");
        assertThat(customer.place("bad too", order(id, "Ada", "gin"), "test")).isEqualTo("bad-id");
        assertThat(customer.place("good", order("9", "Ada", "tea"), "test")).isEqualTo("placed");
        assertThat(orders.figures()).containsAllEntriesOf(Map.of("created", 1L, "refused", 2L));
    }

    private static String order(String id, String customer, String product) {
        return "{\"id\": \"" + id + "\", \"customer\": \"" + customer + "\", \"product\": \"" + product
                + "\", \"quantity\": 1}";
    }

    @Test
    void oneConversationGoesThroughAllPeers() throws InterruptedException {
        Peer visitor = open("visitor", "visitor-1");
        BlockingQueue<Message<OrderShipped>> shipments = new LinkedBlockingQueue<>();
        assertThat(visitor.subscribe(Shop.SHIPMENTS, shipments::add).awaitConnected(LIMIT))
                .isTrue();

        Message<OrderPlaced> answer =
                visitor.requestor(Shop.PLACE).request(Message.command("place", new PlaceOrder("8", "Ada", "mug", 1)));

        Message<OrderShipped> shipment = shipments.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(shipment.payload().order()).isEqualTo("8");
        assertThat(shipment.headers().correlationId())
                .isEqualTo(answer.headers().correlationId());
    }

    @Test
    void everySupplierHasItsOwnPrice() throws InterruptedException {
        var customer = (Customer) start("customer", 1);
        assertThat(customer.awaitSuppliers(3, LIMIT)).isTrue();

        List<Quote> quotes = customer.askSuppliers("test/q1", new QuoteWanted("honey", 10), LIMIT, 3);

        assertThat(quotes)
                .extracting(Quote::supplier)
                .containsExactlyInAnyOrder("supplier-1", "supplier-2", "supplier-3");
        assertThat(quotes).allSatisfy(quote -> assertThat(quote.price()).isBetween(1L, 6100L));
        assertThat(sum(suppliers, "quoted")).isGreaterThanOrEqualTo(6);
    }

    private ShopPeer start(String part, int number) {
        return ShopPeers.start(part, open(ShopPeers.service(part), part + '-' + number));
    }

    private Peer open(String service, String instance) {
        Peer peer = Peer.named(service)
                .instance(instance)
                .transport(transport)
                .discovery(discovery)
                .open();
        peers.add(peer);
        return peer;
    }

    private long notified(String what) {
        return notification.figures().getOrDefault("notified." + what, 0L);
    }

    private static long sum(List<ShopPeer> peers, String figure) {
        return peers.stream()
                .mapToLong(peer -> peer.figures().getOrDefault(figure, 0L))
                .sum();
    }

    private static void await(BooleanSupplier condition) {
        Await.until(() -> "the story to go on", LIMIT, condition);
    }
}
