package io.parley.samples.shop;

import io.parley.Peer;
import io.parley.Publisher;
import io.parley.Requestor;
import io.parley.Sender;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.failure.MessagingException;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import io.parley.message.MessageId;
import io.parley.samples.shop.Shop.Authorise;
import io.parley.samples.shop.Shop.Authorised;
import io.parley.samples.shop.Shop.OrderCreated;
import io.parley.samples.shop.Shop.OrderEvent;
import io.parley.samples.shop.Shop.OrderPlaced;
import io.parley.samples.shop.Shop.OrderRefused;
import io.parley.samples.shop.Shop.PlaceOrder;
import io.parley.samples.shop.Shop.ShipOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Takes orders: checks them, has them paid and shipped, and tells whoever listens. It answers with a stage, so that no
 * thread waits while the payment is under way. Thread-safe.
 */
public final class Orders implements ShopPeer {

    /** How many orders are remembered, to be answered alike when placed again. */
    private static final int REMEMBERED = 10_000;

    /** In bytes of UTF-8. */
    private static final int LONGEST_ID = 255;

    private final Requestor<Authorise, Authorised> payment;
    private final Sender<ShipOrder> warehouse;
    private final Publisher<OrderEvent> events;
    private final Figures figures = new Figures();

    /** An order placed again, say because its customer gave up waiting, gets the first answer and is not shipped twice. */
    private final Map<String, CompletableFuture<OrderPlaced>> answers = Collections.synchronizedMap(new Recent());

    /** Begins to take orders as {@code peer}, an instance of the service {@code orders}. */
    public Orders(Peer peer) {
        payment = peer.requestor(Shop.AUTHORISE);
        warehouse = peer.sender(Shop.SHIP);
        events = peer.publisher(Shop.ORDER_EVENTS);
        peer.replyAsync(Shop.PLACE, this::onPlace);
    }

    @Override
    public SortedMap<String, Long> figures() {
        return figures.all();
    }

    private CompletionStage<OrderPlaced> onPlace(Message<PlaceOrder> request) {
        PlaceOrder order = request.payload();
        requireUsable(order.id());
        // When the payment is there, this handler will have returned. So what gave rise to all that follows is noted
        // here.
        Headers cause = cause(request.headers(), order);
        long total;
        try {
            total = totalOf(order);
        } catch (HandlerFault refusal) {
            throw refused(order, cause, refusal);
        }
        var answer = new CompletableFuture<OrderPlaced>();
        CompletableFuture<OrderPlaced> earlier = answers.putIfAbsent(order.id(), answer);
        if (earlier != null) {
            figures.count("repeated");
            return earlier;
        }
        // tag::stages[]
        // The answer completes in the last step, in which there is nothing that can throw: whatever fails before ends
        // up there.
        CompletableFuture.completedFuture(order)
                .thenCompose(placed -> pay(placed, total, cause))
                .thenCompose(paid -> ship(order, cause).thenApply(sent -> paid))
                .thenApply(paid -> created(order, total, cause, paid))
                .exceptionally(failure -> {
                    answers.remove(order.id());
                    throw refused(order, cause, refusalFor(failure));
                })
                .whenComplete((created, failure) -> {
                    if (failure == null) {
                        answer.complete(created);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
        // end::stages[]
        return answer;
    }

    /** The id becomes a key and the name of an aggregate, which hold no more than this. An order without one is found out later. */
    private void requireUsable(@Nullable String id) {
        boolean isUsable = id == null
                || id.indexOf(0) < 0
                        && StandardCharsets.UTF_8.newEncoder().canEncode(id)
                        && id.getBytes(StandardCharsets.UTF_8).length <= LONGEST_ID;
        if (!isUsable) {
            figures.count("refused");
            throw Refusal.BAD_ID.because("An order's id takes at most " + LONGEST_ID
                    + " bytes in UTF-8, and holds neither U+0000 nor half a character");
        }
    }

    private static Headers cause(Headers request, PlaceOrder order) {
        Headers.Builder cause = Headers.causedBy(request).key(order.id());
        String cameBy = request.application().get(Shop.CAME_BY);
        return (cameBy == null ? cause : cause.put(Shop.CAME_BY, cameBy)).build();
    }

    private static long totalOf(PlaceOrder order) {
        if (isBlank(order.id()) || isBlank(order.customer()) || isBlank(order.product())) {
            throw Refusal.INCOMPLETE.because("An order needs an id, a customer and a product");
        }
        long price = Catalogue.price(order.product())
                .orElseThrow(() -> Refusal.UNKNOWN_PRODUCT.because(
                        "We do not sell \"" + order.product() + "\", only " + String.join(", ", Catalogue.products())));
        if (order.quantity() < 1 || order.quantity() > Catalogue.MOST) {
            throw Refusal.BAD_QUANTITY.because(
                    "The quantity must be 1 to " + Catalogue.MOST + ", not " + order.quantity());
        }
        return price * order.quantity();
    }

    private CompletableFuture<Authorised> pay(PlaceOrder order, long total, Headers cause) {
        var authorise = new Authorise(order.id(), order.customer(), total);
        return payment.requestAsync(Message.command("authorise", authorise).withHeaders(cause))
                .thenApply(Message::payload);
    }

    private CompletableFuture<MessageId> ship(PlaceOrder order, Headers cause) {
        var ship = new ShipOrder(order.id(), order.customer(), order.product(), order.quantity());
        return warehouse.sendAsync(Message.command("ship", ship).withHeaders(cause));
    }

    private OrderPlaced created(PlaceOrder order, long total, Headers cause, Authorised paid) {
        var event = new OrderCreated(order.id(), order.customer(), order.product(), order.quantity(), total);
        publish(Shop.ORDER_CREATED, event, cause);
        figures.count("created");
        return new OrderPlaced(order.id(), total, paid.receipt());
    }

    private RuntimeException refused(PlaceOrder order, Headers cause, HandlerFault refusal) {
        // Whatever is missing in an incomplete order is told as "null".
        String id = String.valueOf(order.id());
        publish(Shop.ORDER_REFUSED, new OrderRefused(id, String.valueOf(order.customer()), refusal.code()), cause);
        figures.count("refused");
        return refusal;
    }

    /** Whether or not it can be told, it has happened: who placed the order is answered all the same. */
    private void publish(String name, OrderEvent event, Headers cause) {
        // What happened remains true after the deadline of the request.
        Headers headers = cause.toBuilder().deadline(null).build();
        try {
            events.publish(Message.event(name, Aggregate.of("order", event.order()), event)
                    .withHeaders(headers));
        } catch (MessagingException e) {
            figures.count("untold");
        }
    }

    /** What the customer is told when payment or warehouse failed. */
    private static HandlerFault refusalFor(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String text = String.valueOf(cause.getMessage());
        if (cause instanceof FaultedException fault && fault.code().equals(Refusal.PAYMENT_DECLINED.code())) {
            return Refusal.PAYMENT_DECLINED.because(text);
        }
        return Refusal.UNAVAILABLE.because(text);
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    /** Forgets the eldest. */
    private static final class Recent extends LinkedHashMap<String, CompletableFuture<OrderPlaced>> {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CompletableFuture<OrderPlaced>> eldest) {
            return size() > REMEMBERED;
        }
    }
}
