package io.parley.console.demo;

import io.parley.console.flow.Flow;
import io.parley.observe.FlowStep;
import io.parley.samples.shop.Shop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps account of the customer's orders by what was seen of them: each order is a conversation, known by its correlation id,
 * that goes on from peer to peer. Whatever others say in the same mesh belongs to other conversations. Confined to one thread.
 */
final class Ledger {

    private static final String PLACE = Shop.PLACE.name().toString();
    private static final String SHIP = Shop.SHIP.name().toString();
    private static final String QUOTES = Shop.QUOTES.name().toString();

    private final String customer;
    private final Map<String, Conversation> conversations = new TreeMap<>();
    private final Map<String, Long> shippedBy = new TreeMap<>();
    private final Map<String, Long> heard = new TreeMap<>();
    private long quotesGiven;

    /** What was seen of one order. */
    private static final class Conversation {

        private boolean isPlaced;
        private boolean isFaulted;
        private int shipped;
        private final Map<String, Integer> heard = new TreeMap<>();

        /** What should have been seen and was not; empty if all was. */
        private String missing() {
            if (isPlaced) {
                if (shipped == 0) {
                    return "placed, but not shipped";
                }
                if (!heard.containsKey("OrderCreated") || !heard.containsKey("OrderShipped")) {
                    return "placed and shipped, but the customer was not told";
                }
            } else if (isFaulted && !heard.containsKey("OrderRefused")) {
                return "refused, but the customer was not told";
            }
            return "";
        }
    }

    /** @param customer the customer's instance, with whose name its conversations begin */
    Ledger(String customer) {
        this.customer = customer;
    }

    void onFlow(Flow flow) {
        if (!flow.correlationId().startsWith(customer + '/')) {
            return;
        }
        if (flow.channel().equals(QUOTES)) {
            quotesGiven += flow.step() == FlowStep.HANDLED ? 1 : 0;
            return;
        }
        Conversation conversation = conversations.computeIfAbsent(flow.correlationId(), id -> new Conversation());
        if (flow.channel().equals(PLACE)) {
            conversation.isPlaced |= flow.step() == FlowStep.ANSWERED;
            conversation.isFaulted |= flow.step() == FlowStep.FAULTED;
        } else if (flow.step() == FlowStep.HANDLED && flow.channel().equals(SHIP)) {
            conversation.shipped++;
            shippedBy.merge(instance(flow.peer()), 1L, Long::sum);
        } else if (flow.step() == FlowStep.HANDLED && flow.style().equals("publish")) {
            conversation.heard.merge(flow.type(), 1, Integer::sum);
            heard.merge(flow.type(), 1L, Long::sum);
        }
    }

    long placed() {
        return conversations.values().stream()
                .filter(conversation -> conversation.isPlaced)
                .count();
    }

    /** How many orders were refused by the one who handles them, rather than for what they looked like. */
    long faulted() {
        return conversations.values().stream()
                .filter(conversation -> conversation.isFaulted && !conversation.isPlaced)
                .count();
    }

    Map<String, Long> shippedBy() {
        return shippedBy;
    }

    long shipped() {
        return shippedBy.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many events of {@code type} the customers were told of. */
    long heard(String type) {
        return heard.getOrDefault(type, 0L);
    }

    long quotesGiven() {
        return quotesGiven;
    }

    /** What is missing, order by order, in one line each. */
    List<String> missing() {
        var missing = new ArrayList<String>();
        conversations.forEach((id, conversation) -> {
            String what = conversation.missing();
            if (!what.isEmpty()) {
                missing.add("order " + id + " was " + what);
            }
        });
        return missing;
    }

    private static String instance(String label) {
        return label.substring(label.indexOf('/') + 1);
    }
}
