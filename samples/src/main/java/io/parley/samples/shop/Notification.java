package io.parley.samples.shop;

import io.parley.Gap;
import io.parley.Peer;
import io.parley.SubscribeOptions;
import io.parley.Subscription;
import io.parley.message.Message;
import io.parley.samples.shop.Shop.OrderCreated;
import io.parley.samples.shop.Shop.OrderEvent;
import io.parley.samples.shop.Shop.OrderRefused;
import io.parley.samples.shop.Shop.OrderShipped;
import java.util.SortedMap;

/**
 * Writes to customers whenever something happens to their order. It subscribes to what others publish; they need not know of
 * it. Thread-safe.
 */
public final class Notification implements ShopPeer {

    private final Subscription orders;
    private final Subscription shipments;
    private final Figures figures = new Figures();

    /** Begins to listen as {@code peer}, an instance of the service {@code notification}. */
    public Notification(Peer peer) {
        SubscribeOptions all = SubscribeOptions.all().withGapListener(this::onGap);
        orders = peer.subscribe(Shop.ORDER_EVENTS, all, this::onOrderEvent);
        shipments = peer.subscribe(Shop.SHIPMENTS, all.withSubjectPrefix("order."), this::onShipped);
    }

    /** What has been counted, and how many publishers of orders and of shipments are listened to. */
    @Override
    public SortedMap<String, Long> figures() {
        SortedMap<String, Long> all = figures.all();
        all.put("listening.orders", (long) orders.publishers());
        all.put("listening.warehouses", (long) shipments.publishers());
        return all;
    }

    private void onOrderEvent(Message<OrderEvent> event) {
        if (event.payload() instanceof OrderCreated) {
            figures.count("notified.created");
        } else if (event.payload() instanceof OrderRefused) {
            figures.count("notified.refused");
        }
    }

    private void onShipped(Message<OrderShipped> event) {
        figures.count("notified.shipped");
    }

    /** Some customers have not been written to. An application would look up what they missed. */
    private void onGap(Gap gap) {
        figures.count("gaps");
    }
}
