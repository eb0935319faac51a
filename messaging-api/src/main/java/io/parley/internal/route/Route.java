package io.parley.internal.route;

import io.parley.channel.ChannelName;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.loadbalance.Picker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The links that messages of some channels may go by, and who chooses among them. Thread-safe. */
final class Route {

    /** Only where there is one link at most. */
    private static final Picker NO_CHOICE = (channel, key) -> 0;

    /** The ones to choose from, and after them those that are avoided. */
    private final OutboundLink[] links;

    private final int preferred;
    private final Picker picker;

    private Route(OutboundLink[] links, int preferred, Picker picker) {
        this.links = links;
        this.preferred = preferred;
        this.picker = picker;
    }

    /**
     * @param preferred the links to choose from
     * @param avoided those to be used if no other is left
     */
    static Route of(List<OutboundLink> preferred, List<OutboundLink> avoided, Balancing balancing) {
        if (preferred.isEmpty() && !avoided.isEmpty()) {
            return of(avoided, preferred, balancing);
        }
        var all = new ArrayList<>(preferred);
        all.addAll(avoided);
        return new Route(
                all.toArray(OutboundLink[]::new),
                preferred.size(),
                preferred.size() > 1 ? balancing.picker(preferred) : NO_CHOICE);
    }

    OutboundLink[] links() {
        return links;
    }

    /**
     * Offers a message to one link after the other until one takes it.
     *
     * @param offer offers it to one
     */
    <M> Verdict offer(
            M message, ChannelName channel, @Nullable String key, BiFunction<M, OutboundLink, Verdict> offer) {
        if (links.length < 2) {
            return links.length == 0 ? Verdict.CLOSED : offer.apply(message, links[0]);
        }
        int first = picker.pick(channel, key);
        Verdict verdict = offer.apply(message, links[first]);
        if (verdict == Verdict.ACCEPTED) {
            return verdict;
        }
        // The picker can see by now that the first has no room.
        int second = picker.pick(channel, key);
        Verdict others = offerToOthers(message, first, second, offer);
        if (verdict == Verdict.CREDIT_ASKED && others != Verdict.ACCEPTED) {
            return verdict;
        }
        return others == Verdict.CLOSED ? offerToAvoided(message, verdict, offer) : others;
    }

    /**
     * As {@link #offer}, but leaves out some links, as if they had ended.
     *
     * @param excluded whether a link is left out
     */
    <M> Verdict offerExcept(
            M message,
            ChannelName channel,
            @Nullable String key,
            Predicate<? super OutboundLink> excluded,
            BiFunction<M, OutboundLink, Verdict> offer) {
        return offer(
                message, channel, key, (one, link) -> excluded.test(link) ? Verdict.CLOSED : offer.apply(one, link));
    }

    private <M> Verdict offerToOthers(M message, int first, int second, BiFunction<M, OutboundLink, Verdict> offer) {
        Verdict best = Verdict.CLOSED;
        for (int i = 0; i < preferred; i++) {
            int next = i == 0 ? second : (first + i) % preferred;
            if (next == first || (i > 0 && next == second)) {
                continue;
            }
            Verdict verdict = offer.apply(message, links[next]);
            if (verdict == Verdict.ACCEPTED) {
                return verdict;
            }
            if (verdict != Verdict.CLOSED && best != Verdict.CREDIT_ASKED) {
                best = verdict;
            }
        }
        return best;
    }

    /** It is better to wait for those that work than to try those that do not. */
    private <M> Verdict offerToAvoided(M message, Verdict verdict, BiFunction<M, OutboundLink, Verdict> offer) {
        Verdict last = verdict;
        for (int i = preferred; i < links.length && last == Verdict.CLOSED; i++) {
            last = offer.apply(message, links[i]);
        }
        return last;
    }
}
