package io.parley.console.demo;

import io.parley.console.json.Json;
import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Terminal.Ink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The story in figures: the customer's own beside what was seen of each order, and whether they agree. Immutable.
 */
final class Summary {

    private static final String REFUSED = "refused.";

    private final Map<String, Long> customer;
    private final Map<String, Long> refused = new TreeMap<>();
    private final Ledger ledger;
    private final List<String> problems = new ArrayList<>();

    /**
     * @param customer what the customer has counted
     * @param deaths what happened to peers, in one line each
     */
    Summary(Map<String, Long> customer, Ledger ledger, List<String> deaths) {
        this.customer = customer;
        this.ledger = ledger;
        customer.forEach((name, count) -> {
            if (name.startsWith(REFUSED)) {
                refused.put(name.substring(REFUSED.length()), count);
            }
        });
        check(read() > 0, "no order was read");
        check(
                read() == placed() + refused(),
                read() + " read are not " + placed() + " placed and " + refused() + " refused");
        check(
                placed() == ledger.placed(),
                "the customer counts " + placed() + " placed, and " + ledger.placed() + " answers were seen");
        problems.addAll(ledger.missing());
        long late = customer.getOrDefault("quotes.late", 0L);
        check(
                quotes() + late == ledger.quotesGiven(),
                ledger.quotesGiven() + " quotes were given, and " + quotes() + " received in time, " + late + " late");
        for (String outcome : List.of("unknown", "not-sent", "unavailable", "handler-failed")) {
            check(!refused.containsKey(outcome), refused.get(outcome) + " orders had no proper answer: " + outcome);
        }
        if (!problems.isEmpty()) {
            problems.addAll(0, deaths);
        }
    }

    private void check(boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
    }

    boolean addsUp() {
        return problems.isEmpty();
    }

    private long read() {
        return customer.getOrDefault("read", 0L);
    }

    private long placed() {
        return customer.getOrDefault("placed", 0L);
    }

    private long refused() {
        return refused.values().stream().mapToLong(Long::longValue).sum();
    }

    private long quotes() {
        return customer.getOrDefault("quotes", 0L);
    }

    private long notified() {
        return ledger.heard("OrderCreated") + ledger.heard("OrderRefused") + ledger.heard("OrderShipped");
    }

    String toJson() {
        var summary = new LinkedHashMap<String, Object>();
        summary.put("read", read());
        summary.put("placed", placed());
        summary.put("refused", refused());
        summary.put("reasons", refused);
        summary.put("shipped", ledger.shipped());
        summary.put("shippedBy", ledger.shippedBy());
        summary.put("notified", notified());
        summary.put("quotes", quotes());
        summary.put("addsUp", addsUp());
        summary.put("problems", problems);
        return Json.write(Map.of("summary", summary));
    }

    void print(Terminal terminal) {
        terminal.print("");
        terminal.print(terminal.paint("The story in figures", Ink.BOLD));
        row(terminal, "orders read", read(), "");
        row(terminal, "placed", placed(), "");
        row(
                terminal,
                "refused",
                refused(),
                refused.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", ")));
        row(
                terminal,
                "shipped",
                ledger.shipped(),
                ledger.shippedBy().entrySet().stream()
                        .map(entry -> entry.getValue() + " by " + entry.getKey())
                        .collect(Collectors.joining(", ")));
        row(
                terminal,
                "notified",
                notified(),
                ledger.heard("OrderCreated") + " of orders placed, " + ledger.heard("OrderRefused") + " refused, "
                        + ledger.heard("OrderShipped") + " shipped");
        row(
                terminal,
                "quotes received",
                quotes(),
                "of " + ledger.quotesGiven() + " given, to " + customer.getOrDefault("surveys", 0L) + " questions");
        if (addsUp()) {
            terminal.print(terminal.paint(
                    "It adds up: every order was answered, every placed one shipped and told of;"
                            + " nothing was lost.",
                    Ink.GREEN));
        } else {
            terminal.print(terminal.paint("It does not add up:", Ink.RED));
            problems.forEach(problem -> terminal.print(terminal.paint("  " + problem, Ink.RED)));
        }
    }

    private static void row(Terminal terminal, String name, long count, String detail) {
        String text = String.format(Locale.ROOT, "  %-16s %6d", name, count);
        terminal.print(detail.isEmpty() ? text : text + "   " + terminal.paint(detail, Ink.DIM));
    }
}
