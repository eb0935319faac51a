package io.parley.internal.pubsub;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.internal.wire.Control.LastNumber;
import io.parley.internal.wire.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The numbers of one published channel. Guarded by {@link PublishBuffer}. */
public final class PublishedChannel {

    /** How many subjects are remembered; of one that was forgotten, the next event names no predecessor. */
    private static final int MOST_SUBJECTS = 10_000;

    private final ChannelName name;
    private final InteractionStyle style;
    private final Map<String, Subject> subjects = new HashMap<>();
    /** The ends of the chain of subjects, in ascending order of their last numbers. */
    private @Nullable Subject eldest;

    private @Nullable Subject newest;
    private long lastNumber;
    /** When the first number was given. */
    private long firstAt;
    /** Of the subjects that were forgotten, the highest number. */
    private long forgottenUpTo;
    /** What {@link #lastNumber} was at the last heartbeat. */
    private long atBeat;
    /** Up to which number subscribers have been told what the last ones are. */
    private long toldUpTo;

    /** One subject of the channel: its topic, and the number of its last event. */
    static final class Subject {

        private final String name;
        private final byte[] topic;
        private long lastNumber;
        private boolean isChained;
        private @Nullable Subject older;
        private @Nullable Subject newer;

        private Subject(String name, byte[] topic) {
            this.name = name;
            this.topic = topic;
        }

        byte[] topic() {
            return topic;
        }

        long lastNumber() {
            return lastNumber;
        }
    }

    public PublishedChannel(ChannelName name, InteractionStyle style) {
        this.name = name;
        this.style = style;
    }

    ChannelName name() {
        return name;
    }

    InteractionStyle style() {
        return style;
    }

    long lastNumber() {
        return lastNumber;
    }

    Subject subject(String subject) {
        Subject known = subjects.get(subject);
        if (known == null) {
            known = new Subject(subject, Topics.publication(name.toString(), subject));
            subjects.put(subject, known);
        }
        return known;
    }

    /** The next number has been given to an event of {@code subject}. */
    void published(Subject subject, long now) {
        if (lastNumber == 0) {
            firstAt = now;
        }
        lastNumber++;
        subject.lastNumber = lastNumber;
        used(subject);
    }

    /** An event of {@code subject} was published, whoever numbered it. */
    void used(Subject subject) {
        if (subject == newest) {
            return;
        }
        if (subject.isChained) {
            unchain(subject);
        } else if (subjects.size() > MOST_SUBJECTS && eldest != null) {
            forgottenUpTo = Math.max(forgottenUpTo, eldest.lastNumber);
            subjects.remove(eldest.name);
            unchain(eldest);
        }
        subject.isChained = true;
        subject.older = newest;
        if (newest != null) {
            newest.newer = subject;
        } else {
            eldest = subject;
        }
        newest = subject;
    }

    /** No event of {@code subject} was published after all. */
    void abandon(Subject subject) {
        if (!subject.isChained) {
            subjects.remove(subject.name);
        }
    }

    private void unchain(Subject subject) {
        Subject older = subject.older;
        Subject newer = subject.newer;
        if (older != null) {
            older.newer = newer;
        } else {
            eldest = newer;
        }
        if (newer != null) {
            newer.older = older;
        } else {
            newest = older;
        }
        subject.older = null;
        subject.newer = null;
        subject.isChained = false;
    }

    /** Whether the first event is younger than that, or there is none yet. */
    boolean isYoungerThan(long ageMillis, long now) {
        return lastNumber == 0 || now - firstAt < ageMillis * 1_000_000;
    }

    /** The number above which all last numbers up to {@code upTo} are known, at least {@code from}. */
    long knownFrom(long from, long upTo) {
        return Math.max(from, Math.min(forgottenUpTo, upTo));
    }

    /** The subjects whose last events have numbers above {@code from} and up to {@code upTo}, in ascending order of these. */
    List<LastNumber> lastNumbers(long from, long upTo) {
        var last = new ArrayList<LastNumber>();
        for (Subject each = newest; each != null && each.lastNumber > from; each = each.older) {
            if (each.lastNumber <= upTo) {
                last.add(new LastNumber(each.name, each.lastNumber));
            }
        }
        Collections.reverse(last);
        return last;
    }

    /** A heartbeat interval is over; answers what {@link #lastNumber} was when it began. */
    long onBeat() {
        long before = atBeat;
        atBeat = lastNumber;
        return before;
    }

    long toldUpTo() {
        return toldUpTo;
    }

    void toldUpTo(long number) {
        toldUpTo = Math.max(toldUpTo, number);
    }
}
