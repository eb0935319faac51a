package io.parley.samples.shop;

import io.parley.Peer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The peers of the shop by name. Immutable. */
public final class ShopPeers {

    /** The part that drives the others. */
    public static final String CUSTOMER = "customer";

    private static final Map<String, Function<Peer, ShopPeer>> PARTS = new TreeMap<>(Map.of(
            CUSTOMER,
            Customer::new,
            "notification",
            Notification::new,
            "orders",
            Orders::new,
            "payment",
            Payment::new,
            "supplier",
            Supplier::new,
            "warehouse",
            Warehouse::new));

    private ShopPeers() {}

    /** The parts that there are, in alphabetical order. */
    public static List<String> names() {
        return List.copyOf(PARTS.keySet());
    }

    /** The service that plays the part {@code name}: of the same name, save for the customer, who belongs to the shop itself. */
    public static String service(String name) {
        return name.equals(CUSTOMER) ? Customer.SERVICE : name;
    }

    /**
     * Has {@code peer}, an instance of the {@linkplain #service part's service}, play the part {@code name}.
     *
     * @throws IllegalArgumentException if the shop has no such part
     */
    public static ShopPeer start(String name, Peer peer) {
        Function<Peer, ShopPeer> part = PARTS.get(name);
        if (part == null) {
            throw new IllegalArgumentException("The shop has no \"" + name + "\", only " + String.join(", ", names()));
        }
        return part.apply(peer);
    }
}
