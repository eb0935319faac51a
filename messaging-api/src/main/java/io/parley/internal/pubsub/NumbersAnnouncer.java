package io.parley.internal.pubsub;

import io.parley.internal.convert.SentAt;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control.LastNumber;
import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.Topics.Ask;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Tells subscribers the last numbers of what this peer publishes, so that they hear of what they missed last: with each heartbeat those of
 * subjects that have gone quiet, and on request. Confined to the I/O context.
 */
final class NumbersAnnouncer {

    /** What a frame of numbers holds at most, and one entry more. */
    private static final int FRAME_BYTES = 32 * 1024;

    /** Of one channel with one heartbeat; the rest comes with the next. */
    private static final int MOST_FRAMES = 4;

    /** What answers may take within one heartbeat interval; a question beyond that has to be asked again. */
    private static final long MOST_ANSWER_BYTES = 4L * 1024 * 1024;

    private static final int ENTRY_BYTES = 1 + 8;

    private final PeerContext core;
    private final Channels publications;
    /** The channels whose numbers somebody wants with each heartbeat. Bounded by the subscriptions that there are. */
    private final Set<String> wanted = new HashSet<>();

    private long answerBytes;

    /** The channels that this peer publishes on, and the queue of what goes out. Called in the I/O context. */
    interface Channels {

        /** Returns what {@code asked} returns of a channel, or of an empty one if nothing has been published on it. */
        <T> T withChannel(String channel, Function<PublishedChannel, T> asked);

        /** Runs what looks at channels, while nothing is published. */
        <T> T locked(Supplier<T> look);

        List<PublishedChannel> allChannels();

        /** Publishes an answer that one frame holds; returns false if too much is queued. */
        boolean answer(byte[] topic, byte[] frame);

        /** Publishes a frame after what was published before; returns false if too much is queued. */
        boolean enqueue(byte[] frame);
    }

    NumbersAnnouncer(PeerContext core, Channels publications) {
        this.core = core;
        this.publications = publications;
    }

    /** Sees to a subscription; false if it is not for numbers. */
    boolean onSubscribed(byte[] prefix) {
        String channel = Topics.numbersChannel(prefix);
        if (channel != null) {
            wanted.add(channel);
            return true;
        }
        Ask ask = Topics.asked(prefix);
        if (ask == null) {
            return false;
        }
        if (ask.incarnation() == core.incarnation && answerBytes < MOST_ANSWER_BYTES) {
            answer(ask, prefix);
        }
        return true;
    }

    void onUnsubscribed(byte[] prefix) {
        String channel = Topics.numbersChannel(prefix);
        if (channel != null) {
            wanted.remove(channel);
        }
    }

    private void answer(Ask ask, byte[] topic) {
        List<Numbers> answer = Topics.isClock(ask.channel())
                ? List.of(clock(ask))
                : publications.withChannel(ask.channel(), channel -> answer(ask, channel));
        for (Numbers part : answer) {
            byte[] frame = frame(topic, part);
            answerBytes += frame.length;
            boolean isQueued = answer.size() == 1 ? publications.answer(topic, frame) : publications.enqueue(frame);
            if (!isQueued) {
                return;
            }
        }
    }

    /** What this peer's clock shows, as the last number of a channel on which nothing is published. */
    private Numbers clock(Ask ask) {
        long micros = SentAt.micros(core.time.nanoTime(), core.openedAt);
        return new Numbers(core.speaker, ask.channel(), true, false, false, micros, micros, List.of());
    }

    private List<Numbers> answer(Ask ask, PublishedChannel channel) {
        long last = channel.lastNumber();
        long after = ask.after();
        if (after == Ask.NOTHING && channel.isYoungerThan(ask.ageMillis(), core.time.nanoTime())) {
            after = 0;
        } else if (after < 0 || after > last) {
            after = last;
        }
        List<Numbers> parts = parts(core.speaker, channel, after, last, Integer.MAX_VALUE);
        for (int i = 0; i < parts.size(); i++) {
            Numbers part = parts.get(i);
            parts.set(
                    i,
                    new Numbers(
                            part.speaker(),
                            part.channel(),
                            i == 0,
                            i < parts.size() - 1,
                            false,
                            part.from(),
                            part.upTo(),
                            part.last()));
        }
        return parts;
    }

    /** Once per heartbeat interval. */
    void onBeat() {
        answerBytes = 0;
        announce(false);
    }

    /** No more will be published: tells all that has not been told. */
    void onEnd() {
        announce(true);
    }

    private void announce(boolean all) {
        for (PublishedChannel channel : publications.allChannels()) {
            byte[] topic = Topics.numbers(channel.name().toString());
            boolean isWanted = wanted.contains(channel.name().toString());
            List<Numbers> parts = publications.locked(() -> due(channel, isWanted, all));
            for (Numbers part : parts) {
                byte[] frame = frame(topic, part);
                if (all) {
                    core.port().publish(frame);
                } else if (!publications.enqueue(frame)) {
                    break; // Who missed it will find that out, and ask.
                }
            }
        }
    }

    private List<Numbers> due(PublishedChannel channel, boolean isWanted, boolean all) {
        long before = channel.onBeat();
        long upTo = all ? channel.lastNumber() : before;
        if (!isWanted) {
            channel.toldUpTo(upTo);
            return List.of();
        }
        List<Numbers> parts =
                parts(core.speaker, channel, channel.toldUpTo(), upTo, all ? Integer.MAX_VALUE : MOST_FRAMES);
        channel.toldUpTo(parts.get(parts.size() - 1).upTo());
        return parts;
    }

    /** The numbers above {@code from}, in parts that a frame holds each; at least one part, even if there are none. */
    private static List<Numbers> parts(PeerId speaker, PublishedChannel channel, long from, long upTo, int most) {
        long end = Math.max(from, upTo);
        long begin = channel.knownFrom(from, end);
        var parts = new ArrayList<Numbers>();
        var part = new ArrayList<LastNumber>();
        int bytes = 0;
        for (LastNumber each : channel.lastNumbers(begin, end)) {
            part.add(each);
            bytes += ENTRY_BYTES + each.subject().getBytes(StandardCharsets.UTF_8).length;
            if (bytes > FRAME_BYTES) {
                parts.add(part(speaker, channel, begin, each.number(), part));
                begin = each.number();
                part = new ArrayList<>();
                bytes = 0;
                if (parts.size() == most) {
                    return parts;
                }
            }
        }
        if (parts.isEmpty() || begin < end) {
            parts.add(part(speaker, channel, begin, end, part));
        }
        return parts;
    }

    private static Numbers part(PeerId speaker, PublishedChannel channel, long from, long upTo, List<LastNumber> last) {
        return new Numbers(speaker, channel.name().toString(), false, false, false, from, upTo, last);
    }

    private static byte[] frame(byte[] topic, Numbers numbers) {
        var out = new FrameWriter();
        out.beginPublication(topic);
        out.append(numbers);
        return out.take();
    }
}
