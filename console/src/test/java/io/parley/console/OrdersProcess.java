package io.parley.console;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.directory.LocalDirectoryDiscovery;
import io.parley.failure.HandlerFault;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;

/** A peer that takes orders, in a process of its own, until its standard input ends. */
final class OrdersProcess {

    private static final RequestChannel<PlaceOrder, OrderPlaced> PLACE =
            PointToPointChannel.of("orders/place", PlaceOrder.class).withReply(OrderPlaced.class);

    record PlaceOrder(String id, String customer, String product, int quantity) {}

    record OrderPlaced(String id, long total, String receipt) {}

    private OrdersProcess() {}

    public static void main(String[] args) throws IOException {
        try (Peer peer = Peer.named("orders")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.mesh(args[0]))
                .open()) {
            peer.reply(PLACE, request -> place(request.payload()));
            System.out.println("up");
            while (System.in.read() >= 0) {
                // Until there is no more.
            }
        }
    }

    private static OrderPlaced place(PlaceOrder order) {
        if (!order.product().equals("teapot")) {
            throw new HandlerFault("unknown-product", "We do not sell \"" + order.product() + "\"");
        }
        return new OrderPlaced(order.id(), 2450L * order.quantity(), "paid");
    }
}
