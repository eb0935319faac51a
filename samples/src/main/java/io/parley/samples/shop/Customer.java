package io.parley.samples.shop;

import io.parley.Peer;
import io.parley.Requestor;
import io.parley.Survey;
import io.parley.Surveyor;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.failure.FaultCode;
import io.parley.failure.FaultedException;
import io.parley.failure.MessagingException;
import io.parley.failure.Outcome;
import io.parley.failure.RefusedException;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.samples.shop.Shop.OrderPlaced;
import io.parley.samples.shop.Shop.Quote;
import io.parley.samples.shop.Shop.QuoteWanted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Places the orders of a file, one after the other, and asks the suppliers for a price now and then. A line of the file is
 * sent as it is, be it broken: refusing it is the receiver's task. Thread-safe.
 */
public final class Customer implements ShopPeer {

    /** The service that customers are instances of, and that so owns {@link Shop#QUOTES}. */
    public static final String SERVICE = "shop";

    /** {@link Shop#PLACE}, with what is asked as bytes that nobody has looked into. */
    private static final RequestChannel<byte[], OrderPlaced> PLACE_UNSEEN =
            PointToPointChannel.of(Shop.PLACE.name().toString(), byte[].class).withReply(OrderPlaced.class);

    private static final int ATTEMPTS = 3;
    private static final Duration ROUND = Duration.ofMillis(500);

    private final Requestor<byte[], OrderPlaced> orders;
    private final Surveyor<QuoteWanted, Quote> suppliers;
    private final Figures figures = new Figures();

    /** A customer as {@code peer}, an instance of {@value #SERVICE}. */
    public Customer(Peer peer) {
        orders = peer.requestor(PLACE_UNSEEN);
        suppliers = peer.surveyor(Shop.QUOTES);
    }

    @Override
    public SortedMap<String, Long> figures() {
        return figures.all();
    }

    /**
     * Places the order that {@code line} holds and waits for the answer.
     *
     * @param conversation the correlation id, by which all that follows from the order can be told
     * @param cameBy by which way it came, for the header {@link Shop#CAME_BY}
     * @return {@code placed}, or why not: the code that orders told, or what became of the message
     */
    public String place(String conversation, String line, String cameBy) {
        Headers headers = Headers.builder()
                .correlationId(conversation)
                .contentType("application/json")
                .messageType("PlaceOrder")
                .put(Shop.CAME_BY, cameBy)
                .build();
        var command =
                Message.command("place", line.getBytes(StandardCharsets.UTF_8)).withHeaders(headers);
        figures.count("read");
        String result = tryToPlace(command);
        figures.count(result.equals("placed") ? "placed" : "refused." + result);
        return result;
    }

    private String tryToPlace(Message<byte[]> command) {
        for (int attempt = 1; ; attempt++) {
            try {
                orders.request(command);
                return "placed";
            } catch (MessagingException e) {
                if (attempt == ATTEMPTS || !isWorthAnotherTry(e)) {
                    return codeOf(e);
                }
                figures.count("tried.again");
            }
        }
    }

    /** Placing an order is idempotent, so an outcome unknown is worth another try as well. */
    private static boolean isWorthAnotherTry(MessagingException failure) {
        if (failure instanceof RefusedException refused) {
            return refused.code() == FaultCode.BUSY || refused.code() == FaultCode.GOING_AWAY;
        }
        return failure.outcome() == Outcome.NOT_SENT || failure.outcome() == Outcome.UNKNOWN;
    }

    private static String codeOf(MessagingException failure) {
        if (failure instanceof FaultedException faulted) {
            return faulted.code();
        }
        String word = failure instanceof RefusedException refused
                ? refused.code().name()
                : failure.outcome().name();
        return word.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Asks all suppliers and takes what they answer in time.
     *
     * @param conversation the correlation id
     * @param count how many answers are enough
     */
    public List<Quote> askSuppliers(String conversation, QuoteWanted question, Duration limit, int count)
            throws InterruptedException {
        Headers headers = Headers.builder().correlationId(conversation).build();
        try (Survey<Quote> survey = suppliers.survey(Message.document(question).withHeaders(headers), limit, count)) {
            survey.onLate(late -> figures.count("quotes.late"));
            List<Quote> quotes = survey.await().stream().map(Message::payload).toList();
            figures.count("surveys");
            figures.add("quotes", quotes.size());
            return quotes;
        }
    }

    /**
     * Asks until {@code count} suppliers have answered one question, so that from then on they are there. A question may reach nobody yet,
     * so it is asked again and again; and the first answer of one that has only just started may take long, so no question is ended for
     * that: all of them take answers until the limit.
     *
     * @return whether they have within {@code limit}
     */
    public boolean awaitSuppliers(int count, Duration limit) throws InterruptedException {
        var question = new QuoteWanted(Catalogue.products().first(), 1);
        var areThere = new CountDownLatch(1);
        long end = System.nanoTime() + limit.toNanos();
        for (long left = limit.toNanos(); left > 0; left = end - System.nanoTime()) {
            suppliers
                    .survey(question, Duration.ofNanos(left), count)
                    .whenEnded()
                    .thenAccept(quotes -> {
                        if (quotes.size() >= count) {
                            areThere.countDown();
                        }
                    });
            if (areThere.await(Math.min(left, ROUND.toNanos()), TimeUnit.NANOSECONDS)) {
                return true;
            }
        }
        return false;
    }
}
