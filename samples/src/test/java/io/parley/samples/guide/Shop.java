package io.parley.samples.guide;

import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;

// tag::contract[]
/** What the peers of a shop agreed upon. */
interface Shop {
    RequestChannel<PlaceOrder, OrderPlaced> PLACE =
            PointToPointChannel.of("orders/place", PlaceOrder.class).withReply(OrderPlaced.class);
    PointToPointChannel<ShipOrder> SHIP = PointToPointChannel.of("warehouse/ship", ShipOrder.class);
    PublishSubscribeChannel<OrderEvent> EVENTS = PublishSubscribeChannel.of("orders/events", OrderEvent.class);
    SurveyChannel<QuoteWanted, Quote> QUOTES =
            PublishSubscribeChannel.of("shop/quotes", QuoteWanted.class).withResponses(Quote.class);

    record PlaceOrder(String id, String customer, String product, int quantity) {}

    record OrderPlaced(String id, long total) {}

    record ShipOrder(String order, String product, int quantity) {}

    record OrderEvent(String order, String customer) {}

    record QuoteWanted(String product, int quantity) {}

    record Quote(String supplier, long price) {}
}
// end::contract[]
