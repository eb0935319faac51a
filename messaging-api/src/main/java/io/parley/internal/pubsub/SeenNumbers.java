package io.parley.internal.pubsub;

import io.parley.internal.wire.Control.LastNumber;
import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.Topics.Ask;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one publisher's events that one subscription has seen, and so the gaps between them. Each gap is told once, and no event
 * that was handed on lies in one. Confined to the I/O context.
 *
 * <p>It is <em>settled</em> once it knows from which number on events count as missed. Before that it notes what came, and tells the gaps
 * before the first event of each subject when it settles.
 */
final class SeenNumbers {

    /** Subjects remembered; of one that was forgotten, everything up to its last event counts as seen. */
    private static final int MOST_SUBJECTS = 10_000;

    private static final long NONE = -1;

    /** Tells the application of a gap. */
    interface Gaps {

        /**
         * @param lastSeen the number up to which nothing of the subject was missed
         * @param missedUpTo the number of the last event that was missed
         * @return false if there is no room for it; it is offered again
         */
        boolean reportGap(String subject, long lastSeen, long missedUpTo);
    }

    private final String prefix;
    private final Map<String, Subject> subjects = new LinkedHashMap<>(16, 0.75f, true);
    /** That of the event before, which the next one's is most likely to be. */
    private @Nullable Subject latest;

    private boolean settled;
    /** Whether gaps before first events could not all be told when it settled. */
    private boolean owing;
    /** From which number on events count as missed. */
    private long base = NONE;
    /** Whether {@link #base} may prove too high. */
    private boolean isForNow;
    /** The highest number of a subject that was forgotten. */
    private long forgotten;
    /** Subjects whose last events had numbers up to this, when the publisher told so, are accounted for. */
    private long knownUpTo;
    /** Every number above this and up to {@link #runEnd} was seen. */
    private long runBegin;

    private long runEnd;

    /** What has been seen of the events of one name. */
    private static final class Subject {

        private final String name;
        /** The number of the last one. */
        private long number;
        /** Until it is settled for good what counts: what the first one said of the one before it, if that is not told as missed. */
        private long before;

        Subject(String name, long number, long before) {
            this.name = name;
            this.number = number;
            this.before = before;
        }
    }

    /** @param prefix what the subjects begin with that are wanted */
    SeenNumbers(String prefix) {
        this.prefix = prefix;
    }

    boolean isSettled() {
        return settled;
    }

    /** What is known all about up to, in the words of a question. */
    long after() {
        return settled ? knownUpTo : Ask.NOTHING;
    }

    /**
     * An event has come and is about to be handed on; tells the gap before it, if there is one.
     *
     * @return false if it must not be handed on: it came before, or there was no room for the gap
     */
    boolean isNext(String name, long number, long previous, Gaps gaps) {
        Subject known = find(name);
        if (known == null) {
            known = settled ? added(name, previous) : new Subject(name, previous, previous);
            add(known);
        } else if (number <= known.number) {
            return false;
        }
        latest = known;
        if (previous > known.number) {
            if (!gaps.reportGap(name, known.number, previous)) {
                return false;
            }
            known.number = previous;
        }
        return true;
    }

    private Subject added(String name, long previous) {
        return new Subject(name, floor(), isForNow && previous <= base ? previous : NONE);
    }

    /** For a subject that is not in {@link #subjects}: nothing up to this counts as missed. */
    private long floor() {
        return Math.max(forgotten, base);
    }

    /** The event that {@link #isNext} was last asked about was handed on. */
    void onSeen(long number) {
        Subject subject = latest;
        if (subject != null && number > subject.number) {
            subject.number = number;
        }
        if (number != runEnd + 1) {
            runBegin = number - 1;
        }
        runEnd = number;
    }

    private @Nullable Subject find(String name) {
        Subject known = latest;
        return known != null && known.name.equals(name) ? known : subjects.get(name);
    }

    private void add(Subject subject) {
        subjects.put(subject.name, subject);
        if (subjects.size() > MOST_SUBJECTS) {
            var eldest = subjects.values().iterator();
            forgotten = Math.max(forgotten, eldest.next().number);
            eldest.remove();
        }
    }

    /** What was published after number {@code from} counts as missed if it does not come. */
    void settle(long from, Gaps gaps) {
        if (settled) {
            return;
        }
        settled = true;
        base = base == NONE ? from : Math.min(base, from);
        knownUpTo = base;
        payDebts(gaps);
    }

    /** As {@link #settle}, unless the publisher says something else later: see {@link #reopen}. */
    void settleForNow(long from, Gaps gaps) {
        isForNow |= !settled;
        settle(from, gaps);
    }

    /** If it was settled for now only, it is to be settled anew, and tells what else was missed then. */
    void reopen() {
        if (isForNow) {
            isForNow = false;
            settled = false;
        }
    }

    /** Tells the gaps before the first events that came before it was settled. */
    private void payDebts(Gaps gaps) {
        owing = false;
        for (Subject subject : subjects.values()) {
            boolean isMissed = subject.before > base;
            if (isMissed && !gaps.reportGap(subject.name, base, subject.before)) {
                owing = true;
                return;
            }
            if (isMissed || !isForNow) {
                subject.before = NONE;
            }
        }
    }

    /**
     * The publisher tells its last numbers: tells the gaps that this shows.
     *
     * @return whether everything up to {@link Numbers#upTo} is known now; if not, it is worth asking
     */
    boolean onNumbers(Numbers numbers, Gaps gaps) {
        if (!settled) {
            return false;
        }
        if (owing) {
            payDebts(gaps);
        }
        boolean told = !owing;
        for (LastNumber each : numbers.last()) {
            told &= !each.subject().startsWith(prefix) || isAccountedFor(each, gaps);
        }
        if (!told || numbers.from() > knownUpTo) {
            return false;
        }
        knowUpTo(numbers.upTo());
        return true;
    }

    private boolean isAccountedFor(LastNumber last, Gaps gaps) {
        Subject known = subjects.get(last.subject());
        long seen = known == null ? floor() : known.number;
        if (last.number() <= seen) {
            return true;
        }
        if (!gaps.reportGap(last.subject(), seen, last.number())) {
            return false;
        }
        if (known == null) {
            add(new Subject(last.subject(), last.number(), NONE));
        } else {
            known.number = last.number();
        }
        return true;
    }

    /**
     * The publisher does not know any more which subjects had their last events up to number {@code upTo}. Tells a gap without a subject, if
     * some event was missed for certain, which shows to a subscription to all subjects only.
     */
    void onForgotten(long upTo, Gaps gaps) {
        boolean allSeen = runBegin <= knownUpTo && runEnd >= upTo;
        if (settled && upTo > knownUpTo && (!prefix.isEmpty() || allSeen || gaps.reportGap("", knownUpTo, upTo))) {
            knowUpTo(upTo);
        }
    }

    private void knowUpTo(long number) {
        knownUpTo = Math.max(knownUpTo, number);
    }

    /** How many subjects are remembered. */
    int subjects() {
        return subjects.size();
    }
}
