package io.parley.samples.shop;

import io.parley.Peer;
import io.parley.message.Message;
import io.parley.samples.shop.Shop.Authorise;
import io.parley.samples.shop.Shop.Authorised;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Charges for orders. The bank takes its time, and no thread waits for it: the answer is a stage that completes later.
 * Thread-safe.
 */
public final class Payment implements ShopPeer {

    /** What a customer may spend at once, in cents. */
    public static final long CREDIT = 100_000;

    /** Stands in for the bank. */
    private static final Executor BANK = CompletableFuture.delayedExecutor(3, TimeUnit.MILLISECONDS);

    private final Figures figures = new Figures();

    /** Begins to charge as {@code peer}, an instance of the service {@code payment}. */
    public Payment(Peer peer) {
        peer.replyAsync(Shop.AUTHORISE, this::onAuthorise);
    }

    @Override
    public SortedMap<String, Long> figures() {
        return figures.all();
    }

    private CompletionStage<Authorised> onAuthorise(Message<Authorise> request) {
        return CompletableFuture.supplyAsync(() -> charge(request.payload()), BANK);
    }

    private Authorised charge(Authorise request) {
        if (request.amount() > CREDIT) {
            figures.count("declined");
            throw Refusal.PAYMENT_DECLINED.because(
                    inEuros(request.amount()) + " is more than the " + inEuros(CREDIT) + " we charge at once");
        }
        figures.count("charged");
        return new Authorised(request.order(), "paid-" + request.order());
    }

    private static String inEuros(long cents) {
        return "€" + cents / 100 + "." + String.valueOf(100 + cents % 100).substring(1);
    }
}
