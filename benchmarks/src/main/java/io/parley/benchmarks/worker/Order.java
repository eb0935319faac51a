package io.parley.benchmarks.worker;

import java.util.List;

/** What is asked where records are: about 200 bytes of JSON. Immutable. */
record Order(long number, String customer, String currency, boolean express, List<Line> lines) {

    /** Some of one product. Immutable. */
    record Line(String product, int quantity, long price) {}

    private static final List<Line> LINES =
            List.of(new Line("tea, green, loose", 2, 450), new Line("mug, blue, 300 ml", 1, 1_290));

    static Order of(long number) {
        return new Order(number, "Ada Lovelace, London", "EUR", (number & 1) == 0, LINES);
    }

    Receipt receipt() {
        long total = 0;
        for (Line line : lines) {
            total += line.quantity() * line.price();
        }
        return new Receipt(number, customer, currency, total, "to be shipped from the next warehouse", lines);
    }
}
