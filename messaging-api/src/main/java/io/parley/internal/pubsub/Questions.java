package io.parley.internal.pubsub;

import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.Topics.Ask;
import io.parley.transport.Feed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The questions for last numbers that are open on one feed. Confined to the I/O context. */
public final class Questions {

    /** How many of our heartbeat intervals an answer may take. */
    private static final int PATIENCE_BEATS = 3;

    private static final int MOST_OPEN = 10_000;

    private final RandomGenerator random;
    private final Map<Long, Open> open = new LinkedHashMap<>();

    /** Who asks. Called in the I/O context. */
    public interface Asker {

        /** Whose question it is. */
        SubscriptionState subscription();

        /** @param numbers all of the answer, or a part of it */
        void onAnswer(Ask asked, Numbers numbers);

        /**
         * No answer comes, or no more of one.
         *
         * @param late whether there was time for one; if not, the feed has ended
         */
        void onNoAnswer(Ask asked, boolean late);
    }

    private static final class Open {

        private final Asker asker;
        private final Ask ask;
        private int beats;

        Open(Asker asker, Ask ask) {
            this.asker = asker;
            this.ask = ask;
        }
    }

    Questions(RandomGenerator random) {
        this.random = random;
    }

    /** Asks; false if too many questions are open. */
    boolean ask(Feed feed, Asker asker, long incarnation, long after, long ageMillis, String channel) {
        if (open.size() >= MOST_OPEN) {
            return false;
        }
        long nonce;
        do {
            nonce = random.nextLong();
        } while (nonce == 0 || open.containsKey(nonce));
        var ask = new Ask(nonce, incarnation, after, ageMillis, channel);
        open.put(nonce, new Open(asker, ask));
        feed.subscribe(ask.topic());
        return true;
    }

    void onAnswer(Feed feed, long nonce, Numbers numbers) {
        Open question = open.get(nonce);
        if (question == null
                || question.ask.incarnation() != numbers.speaker().incarnation()
                || !question.ask.channel().equals(numbers.channel())) {
            return;
        }
        question.beats = 0;
        if (!numbers.more()) {
            end(feed, nonce, question);
        }
        question.asker.onAnswer(question.ask, numbers);
    }

    private void end(Feed feed, long nonce, Open question) {
        open.remove(nonce);
        feed.unsubscribe(question.ask.topic());
    }

    /** Once per heartbeat interval. */
    void onBeat(Feed feed) {
        for (Map.Entry<Long, Open> entry : List.copyOf(open.entrySet())) {
            Open question = entry.getValue();
            if (++question.beats >= PATIENCE_BEATS && open.containsKey(entry.getKey())) {
                end(feed, entry.getKey(), question);
                question.asker.onNoAnswer(question.ask, true);
            }
        }
    }

    /** Nobody waits for answers on behalf of {@code subscription} any more. */
    void forget(Feed feed, SubscriptionState subscription) {
        for (Map.Entry<Long, Open> entry : List.copyOf(open.entrySet())) {
            if (entry.getValue().asker.subscription() == subscription) {
                end(feed, entry.getKey(), entry.getValue());
            }
        }
    }

    /** The feed has ended. */
    void onFeedEnded() {
        var unanswered = new ArrayList<>(open.values());
        open.clear();
        unanswered.forEach(question -> question.asker.onNoAnswer(question.ask, false));
    }
}
