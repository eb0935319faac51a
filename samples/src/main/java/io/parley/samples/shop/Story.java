package io.parley.samples.shop;

import io.parley.samples.shop.Shop.QuoteWanted;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What a {@link Customer} does, line by line, and how fast. Can be stopped from another thread. Thread-safe. */
public final class Story {

    /** After so many orders the customer asks the suppliers for a price. */
    private static final int ORDERS_PER_SURVEY = 8;

    /** By which ways orders come, in turns. */
    private static final List<String> WAYS = List.of("web", "app", "phone");

    private static final Duration SURVEY_LIMIT = Duration.ofSeconds(2);

    private final List<String> lines;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean isStopped;

    private Story(List<String> lines) {
        this.lines = lines;
    }

    /** The story that comes with the samples: {@code samples/data/orders.jsonl}. */
    public static Story ofSamples() throws IOException {
        try (InputStream orders = Objects.requireNonNull(
                        Story.class.getResourceAsStream("orders.jsonl"), "orders.jsonl is missing from the jar");
                var reader = new BufferedReader(new InputStreamReader(orders, StandardCharsets.UTF_8))) {
            return of(reader.lines().toList());
        }
    }

    /** A story of the reader's own: one order a line, as JSON. */
    public static Story ofFile(Path orders) throws IOException {
        return of(Files.readAllLines(orders));
    }

    /** Empty lines are left out. */
    public static Story of(List<String> orders) {
        return new Story(orders.stream().filter(line -> !line.isBlank()).toList());
    }

    /** How many orders there are. */
    public int size() {
        return lines.size();
    }

    /**
     * Has {@code customer} place all orders, evenly over {@code duration} or as fast as they are answered, whichever is slower.
     * Returns when all are answered, or after the order under way if the story is {@linkplain #stop stopped}.
     *
     * @param name with which the conversations' correlation ids begin: {@code name/1} for the first order, {@code name/q1} for the
     *     first question to suppliers
     * @param suppliers how many suppliers there are to ask
     */
    public void play(String name, Customer customer, Duration duration, int suppliers) throws InterruptedException {
        long start = System.nanoTime();
        long pause = lines.isEmpty() ? 0 : duration.toNanos() / lines.size();
        List<String> products = List.copyOf(Catalogue.products());
        for (int i = 0; i < lines.size() && awaitTurn(start + i * pause); i++) {
            customer.place(name + '/' + (i + 1), lines.get(i), WAYS.get(i % WAYS.size()));
            if (suppliers > 0 && i % ORDERS_PER_SURVEY == ORDERS_PER_SURVEY - 1) {
                int survey = i / ORDERS_PER_SURVEY;
                var question = new QuoteWanted(products.get(survey % products.size()), 100);
                customer.askSuppliers(name + "/q" + (survey + 1), question, SURVEY_LIMIT, suppliers);
            }
        }
    }

    /** Ends {@link #play} after the order that is under way. */
    public void stop() {
        lock.lock();
        try {
            isStopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@code turn}; false if stopped. */
    private boolean awaitTurn(long turn) throws InterruptedException {
        lock.lock();
        try {
            long left = turn - System.nanoTime();
            while (!isStopped && left > 0) {
                changed.awaitNanos(left);
                left = turn - System.nanoTime();
            }
            return !isStopped;
        } finally {
            lock.unlock();
        }
    }
}
