package io.parley.internal;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.internal.wire.Topics;
import java.util.LinkedHashMap;
import java.util.Map;

/** The numbers of one published channel. Guarded by {@link Publications}. */
final class PublishedChannel {

    /** How many subjects are remembered; of one that was forgotten, the next event names no predecessor. */
    private static final int MOST_SUBJECTS = 10_000;

    private final ChannelName name;
    private final Style style;
    private final Map<String, Subject> subjects = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Subject> eldest) {
            return size() > MOST_SUBJECTS;
        }
    };

    private long lastNumber;

    /** One subject of the channel: its topic, and the number of its last event. */
    static final class Subject {

        private final byte[] topic;
        private long lastNumber;

        private Subject(byte[] topic) {
            this.topic = topic;
        }

        byte[] topic() {
            return topic;
        }

        long lastNumber() {
            return lastNumber;
        }
    }

    PublishedChannel(ChannelName name, Style style) {
        this.name = name;
        this.style = style;
    }

    ChannelName name() {
        return name;
    }

    Style style() {
        return style;
    }

    long lastNumber() {
        return lastNumber;
    }

    Subject subject(String subject) {
        return subjects.computeIfAbsent(subject, unseen -> new Subject(Topics.publication(name.toString(), unseen)));
    }

    /** The next number has been given to an event of {@code subject}. */
    void published(Subject subject) {
        lastNumber++;
        subject.lastNumber = lastNumber;
    }
}
