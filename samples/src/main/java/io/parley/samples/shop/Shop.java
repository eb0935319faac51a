package io.parley.samples.shop;

import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;

/**
 * The contract between the peers of the shop: which channels there are and what travels on them. A channel's owner, the part
 * before the slash, is the service that reads it, or that publishes on it.
 */
public interface Shop {

    /** A customer places an order. Faults: {@link Refusal}. */
    RequestChannel<PlaceOrder, OrderPlaced> PLACE =
            PointToPointChannel.of("orders/place", PlaceOrder.class).withReply(OrderPlaced.class);

    /** An order's price is charged. */
    RequestChannel<Authorise, Authorised> AUTHORISE =
            PointToPointChannel.of("payment/authorise", Authorise.class).withReply(Authorised.class);

    /** An order is shipped, by whichever warehouse instance gets the command. */
    PointToPointChannel<ShipOrder> SHIP = PointToPointChannel.of("warehouse/ship", ShipOrder.class);

    /** What became of orders: {@value #ORDER_CREATED}, {@value #ORDER_REFUSED}. */
    PublishSubscribeChannel<OrderEvent> ORDER_EVENTS = PublishSubscribeChannel.of("orders/events", OrderEvent.class);

    /** What left the warehouses: {@value #ORDER_SHIPPED}. */
    PublishSubscribeChannel<OrderShipped> SHIPMENTS =
            PublishSubscribeChannel.of("warehouse/events", OrderShipped.class);

    /** The shop asks all suppliers for their price. */
    SurveyChannel<QuoteWanted, Quote> QUOTES =
            PublishSubscribeChannel.of("shop/quotes", QuoteWanted.class).withResponses(Quote.class);

    /** The header that tells by which way an order came to the shop, such as {@code web}. It goes with all that follows from the order. */
    String CAME_BY = "came-by";

    /** The names of events, which subscribers may filter by. */
    String ORDER_CREATED = "order.created";

    String ORDER_REFUSED = "order.refused";

    String ORDER_SHIPPED = "order.shipped";

    /** An order. It may be placed again under the same id: that changes nothing, and the answer is the same. */
    record PlaceOrder(String id, String customer, String product, int quantity) {}

    /**
     * @param total in cents
     * @param receipt the payment's
     */
    record OrderPlaced(String id, long total, String receipt) {}

    /** @param amount in cents */
    record Authorise(String order, String customer, long amount) {}

    record Authorised(String order, String receipt) {}

    record ShipOrder(String order, String customer, String product, int quantity) {}

    record OrderShipped(String order, String parcel, String warehouse) {}

    /** Something that happened to an order. */
    sealed interface OrderEvent {

        /** The order's id. */
        String order();
    }

    /** @param total in cents */
    record OrderCreated(String order, String customer, String product, int quantity, long total)
            implements OrderEvent {}

    /** @param reason the code of the fault that the customer got; see {@link Refusal} */
    record OrderRefused(String order, String customer, String reason) implements OrderEvent {}

    record QuoteWanted(String product, int quantity) {}

    /** @param price for all of it, in cents */
    record Quote(String supplier, String product, long price, int days) {}
}
