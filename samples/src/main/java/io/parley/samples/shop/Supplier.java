package io.parley.samples.shop;

import io.parley.Peer;
import io.parley.failure.HandlerFault;
import io.parley.message.Message;
import io.parley.samples.shop.Shop.Quote;
import io.parley.samples.shop.Shop.QuoteWanted;
import java.util.SortedMap;

/** Answers when the shop asks all suppliers for a price. Each has its own. Thread-safe. */
public final class Supplier implements ShopPeer {

    private final String name;
    private final int percent;
    private final int days;
    private final Figures figures = new Figures();

    /** Begins to answer as {@code peer}, an instance of the service {@code supplier}. */
    public Supplier(Peer peer) {
        name = peer.self().name();
        percent = 50 + Math.floorMod(name.hashCode(), 30);
        days = 1 + Math.floorMod(name.hashCode(), 9);
        peer.respond(Shop.QUOTES, this::onQuoteWanted);
    }

    @Override
    public SortedMap<String, Long> figures() {
        return figures.all();
    }

    private Quote onQuoteWanted(Message<QuoteWanted> question) {
        QuoteWanted wanted = question.payload();
        long retail = Catalogue.price(wanted.product())
                .orElseThrow(() -> new HandlerFault(
                        Refusal.UNKNOWN_PRODUCT.code(), "We do not make \"" + wanted.product() + "\""));
        figures.count("quoted");
        return new Quote(name, wanted.product(), retail * wanted.quantity() * percent / 100, days);
    }
}
