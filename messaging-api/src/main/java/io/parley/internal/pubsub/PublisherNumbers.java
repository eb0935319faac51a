package io.parley.internal.pubsub;

import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.Topics.Ask;
import org.jspecify.annotations.Nullable;

/**
 * Finds the gaps that one publisher's last numbers show to one subscription, and asks for numbers that it has missed. A publisher that
 * tells none is taken at its confirmation until it tells some after all: its answers may have been lost. Confined to the I/O context.
 */
final class PublisherNumbers implements Questions.Asker {

    /**
     * After so many questions without an answer a publisher is taken for one that tells no numbers: enough that not all answers are lost
     * because there is more for this peer than the publisher can send.
     */
    private static final int MOST_UNANSWERED = 10;

    /** Where a publisher's last numbers are asked for. Called in the I/O context. */
    interface Source {

        /** Asks for last numbers; returns false if too many questions are open. */
        boolean ask(Questions.Asker asker, long incarnation, long after, long ageMillis, String channel);

        /** Whether the publisher, or the router before it, has been heard and has not said that it leaves. */
        boolean isAlive();
    }

    private final SubscriptionState subscription;
    private final SeenNumbers seen;
    private final SeenNumbers.Gaps gaps;
    private final boolean isBehindRouter;
    /** From which number on events count as missed if the publisher does not say; -1 if that is not known. */
    private long confirmed = -1;

    private boolean asking;
    /** Where the question was asked that is open or was the last one. */
    private @Nullable Source askedOn;

    private int unanswered;
    /** Whether the publisher tells last numbers. */
    private boolean answers;

    PublisherNumbers(SubscriptionState subscription, SeenNumbers seen, SeenNumbers.Gaps gaps, boolean isBehindRouter) {
        this.subscription = subscription;
        this.seen = seen;
        this.gaps = gaps;
        this.isBehindRouter = isBehindRouter;
    }

    @Override
    public SubscriptionState subscription() {
        return subscription;
    }

    /** Events after {@code number} arrive or are missed, as far as the publisher says nothing else. */
    void onConfirmed(long number) {
        if (confirmed < 0) {
            confirmed = number;
        }
        settleIfMute();
    }

    private void settleIfMute() {
        if (!answers && unanswered >= MOST_UNANSWERED && confirmed >= 0) {
            seen.settleForNow(confirmed, gaps);
        }
    }

    /** Asks for the last numbers, unless an answer is awaited already. */
    void ask(Source feed, long incarnation) {
        if (!asking) {
            askedOn = feed;
            asking = feed.ask(this, incarnation, seen.after(), subscription.ageMillis(), subscription.channelText());
        }
    }

    @Override
    public void onAnswer(Ask asked, Numbers numbers) {
        asking = numbers.more();
        if (numbers.via() != isBehindRouter) {
            return;
        }
        onTold();
        boolean isOfAll = asked.after() == Ask.NOTHING;
        if (numbers.first() && isOfAll && !seen.isSettled()) {
            seen.settle(confirmed < 0 ? numbers.from() : Math.min(confirmed, numbers.from()), gaps);
        } else if (numbers.first() && !isOfAll && numbers.from() > asked.after()) {
            seen.onForgotten(numbers.from(), gaps);
        }
        seen.onNumbers(numbers, gaps);
        if (!isOfAll && !seen.isSettled() && askedOn != null) {
            ask(askedOn, asked.incarnation());
        }
    }

    private void onTold() {
        answers = true;
        seen.reopen();
    }

    @Override
    public void onNoAnswer(Ask asked, boolean late) {
        asking = false;
        if (!late) {
            unanswered = 0;
        } else if (!isBehindRouter && askedOn != null && askedOn.isAlive()) {
            // A router that is there may not reach the publisher; that it does not answer says nothing of either.
            unanswered++;
            settleIfMute();
        }
        if (late && !seen.isSettled() && askedOn != null) {
            ask(askedOn, asked.incarnation());
        }
    }

    /** The publisher tells its last numbers to all. */
    void onNumbers(Numbers numbers, Source feed) {
        onTold();
        if (!seen.onNumbers(numbers, gaps)) {
            ask(feed, numbers.speaker().incarnation());
        }
    }
}
