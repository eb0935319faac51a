package io.parley.samples.shop;

import io.parley.Peer;
import io.parley.Publisher;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import io.parley.samples.shop.Shop.OrderShipped;
import io.parley.samples.shop.Shop.ShipOrder;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ships orders. Of several instances each order reaches one: they are competing consumers, and starting another one is all it
 * takes to share the work among more. Thread-safe.
 */
public final class Warehouse implements ShopPeer {

    private final String name;
    private final Publisher<OrderShipped> shipments;
    private final AtomicLong parcels = new AtomicLong();
    private final Figures figures = new Figures();

    /** Begins to ship as {@code peer}, an instance of the service {@code warehouse}. */
    public Warehouse(Peer peer) {
        name = peer.self().name();
        shipments = peer.publisher(Shop.SHIPMENTS);
        peer.receive(Shop.SHIP, this::onShip);
    }

    @Override
    public SortedMap<String, Long> figures() {
        return figures.all();
    }

    private void onShip(Message<ShipOrder> command) {
        String order = command.payload().order();
        String parcel = name + "-" + parcels.incrementAndGet();
        // Sent from within a handler: correlation, cause and trace go along by themselves.
        shipments.publish(
                Message.event(Shop.ORDER_SHIPPED, Aggregate.of("order", order), new OrderShipped(order, parcel, name)));
        figures.count("shipped");
    }
}
