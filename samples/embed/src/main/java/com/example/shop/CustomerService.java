package com.example.shop;

import io.parley.Peer;
import io.parley.Requestor;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.failure.MessagingException;
import io.parley.zmq.ZmqTransport;
import java.util.List;
import java.util.UUID;

/** Places two orders with a running peer of the service {@code orders} and says what became of them. */
public final class CustomerService {

    /** What {@code orders} and its callers agreed upon. */
    private static final RequestChannel<PlaceOrder, OrderPlaced> PLACE =
            PointToPointChannel.of("orders/place", PlaceOrder.class).withReply(OrderPlaced.class);

    record PlaceOrder(String id, String customer, String product, int quantity) {}

    /** The reply has more to it; what is not known here is ignored. */
    record OrderPlaced(String id, long total) {}

    private CustomerService() {}

    /** The one argument names the mesh; {@code default} if there is none. */
    public static void main(String[] args) {
        Module module = CustomerService.class.getModule();
        System.out.println(module.isNamed() ? "Running as module " + module.getName() : "Running on the class path");
        try (Peer peer = Peer.named("customer-service")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.mesh(args.length == 0 ? "default" : args[0]))
                .open()) {
            Requestor<PlaceOrder, OrderPlaced> orders = peer.requestor(PLACE);
            for (String product : List.of("teapot", "unicorn")) {
                System.out.println(product + ": " + place(orders, product));
            }
        }
    }

    private static String place(Requestor<PlaceOrder, OrderPlaced> orders, String product) {
        try {
            var order = new PlaceOrder(UUID.randomUUID().toString(), "alice", product, 2);
            return "placed, " + orders.request(order).total() + " cents";
        } catch (MessagingException e) {
            return e.outcome() + ", " + e.getMessage();
        }
    }
}
