package io.parley.internal.pubsub;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.failure.OverloadedException;
import io.parley.failure.TooLargeException;
import io.parley.internal.convert.SentAt;
import io.parley.internal.runtime.Backlog;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.FrameLimits;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.WireMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this peer publishes: the numbers of its events, and those that wait to be written. Publishers encode straight into it; events
 * that follow each other with the same topic leave packed into one frame. A subscriber that reads more slowly than others is waited for a
 * moment, and then misses what it has no room for. Thread-safe, but for what is said to be confined.
 */
public final class PublishBuffer implements NumbersAnnouncer.Channels {

    private static final int PACKED = 64 * 1024;

    /** How long all subscribers wait for one that does not read as fast as there is to read. */
    private static final Duration PATIENCE = Duration.ofMillis(200);

    /** How long they do not wait for anybody after that. */
    private static final Duration RESENTMENT = Duration.ofSeconds(5);

    private final PeerContext core;
    private final Runnable onChange;
    private final Runnable flush = this::flush;
    private final Map<ChannelName, PublishedChannel> channels = new HashMap<>();
    private final NumbersAnnouncer numbers;
    private final FrameWriter writer = new FrameWriter();
    /** What the messages of the frame in the writer say of when they were sent. */
    private final SentAt ages = new SentAt();

    private final ArrayDeque<byte[]> frames = new ArrayDeque<>();
    /** The topic of what is in the writer; null if that is empty. */
    private PublishedChannel.@Nullable Subject current;

    private final Backlog paid;
    private long queuedBytes;
    private boolean scheduled;
    /** Confined to the I/O context, as is all that follows. */
    private boolean heartbeatWanted;

    private final Confirmations confirmations;

    /** A frame that a subscriber had no room for. */
    private byte @Nullable [] stalled;

    private boolean waits;
    private boolean impatient;
    /** Since when it waits, or is impatient. */
    private long since;

    public PublishBuffer(PeerContext core, Runnable onChange) {
        this.core = core;
        this.onChange = onChange;
        confirmations = new Confirmations(core);
        paid = core.memory.backlogOfPublications();
        numbers = new NumbersAnnouncer(core, this);
    }

    /**
     * Begins to publish on {@code channel}, if this peer does not yet.
     *
     * @throws IllegalStateException if it does, but in another style
     */
    public PublishedChannel channel(ChannelName name, InteractionStyle style) {
        PublishedChannel channel;
        synchronized (this) {
            channel = channels.get(name);
            if (channel != null) {
                if (channel.style() != style) {
                    throw new IllegalStateException(name + " is a " + channel.style() + " channel already");
                }
                return channel;
            }
            channel = new PublishedChannel(name, style);
            channels.put(name, channel);
        }
        if (!name.isReserved()) {
            onChange.run();
        }
        return channel;
    }

    /** The channels that are published on, for the registry. */
    public synchronized Map<ChannelName, InteractionStyle> channels() {
        var styles = new TreeMap<ChannelName, InteractionStyle>();
        for (PublishedChannel channel : channels.values()) {
            if (!channel.name().isReserved()) {
                styles.put(channel.name(), channel.style());
            }
        }
        return styles;
    }

    /**
     * Numbers {@code message} and queues it.
     *
     * @throws OverloadedException if too much is queued
     * @throws TooLargeException if the message is beyond what a frame holds
     * @throws io.parley.failure.UnencodableException if a field holds what the wire cannot
     */
    public void publish(PublishedChannel channel, WireMessage message) {
        publish(channel, message, true);
    }

    /** As {@link #publish}, of a message that has its number from somebody else. */
    public void relay(PublishedChannel channel, WireMessage message) {
        publish(channel, message, false);
    }

    private void publish(PublishedChannel channel, WireMessage message, boolean isOwn) {
        boolean isCovered;
        boolean isFirst = false;
        synchronized (this) {
            long most = core.config.limits().windowBytes();
            if (queuedBytes > most) {
                throw new OverloadedException(
                        "More than " + most + " bytes wait to be published; " + channel.name() + " has to wait");
            }
            isCovered = paid.covers(queuedBytes + message.payloadLength());
            if (isCovered) {
                append(channel, message, isOwn);
                isFirst = !scheduled;
                scheduled = true;
            }
        }
        if (!isCovered) {
            // Without the lock: the application's error handler is told.
            core.memory.publications.refused("A publication on " + channel.name() + " was not sent");
            throw new OverloadedException(channel.name() + " has to wait: " + core.memory.publications.describe());
        }
        if (isFirst) {
            core.port().execute(flush);
        }
    }

    private void append(PublishedChannel channel, WireMessage message, boolean isOwn) {
        PublishedChannel.Subject subject = channel.subject(message.subject());
        if (isOwn) {
            message.number(channel.lastNumber() + 1, subject.lastNumber());
        }
        if (subject != current || writer.size() + message.payloadLength() > PACKED) {
            seal();
            writer.beginPublication(subject.topic());
            current = subject;
        }
        ages.before(message);
        int before = writer.size();
        int size;
        try {
            size = writer.append(message);
        } catch (Throwable e) {
            abandonIfBare(subject, before);
            channel.abandon(subject);
            throw e;
        }
        int most = FrameLimits.maxEnvelope(core.config.limits().maxMessageBytes());
        if (size > most) {
            writer.takeBack();
            abandonIfBare(subject, before);
            channel.abandon(subject);
            throw new TooLargeException("The event takes " + size + " bytes; at most " + most + " will do");
        }
        ages.after(message);
        if (isOwn) {
            channel.published(subject, channel.lastNumber() == 0 ? core.time.nanoTime() : 0);
        } else {
            channel.used(subject);
        }
        queuedBytes += size;
    }

    /** Whether there is not room for much more. */
    public synchronized boolean isCrowded() {
        return queuedBytes > core.config.limits().windowBytes() / 2;
    }

    /** A frame that was begun for a message that did not come must not go out empty. */
    private void abandonIfBare(PublishedChannel.Subject subject, int size) {
        if (size == subject.topic().length + FrameFormat.OVERHEAD) {
            writer.clear();
            current = null;
        }
    }

    private void seal() {
        if (current != null) {
            frames.add(writer.take());
            current = null;
            ages.forget();
        }
    }

    public synchronized boolean isEmpty() {
        return frames.isEmpty() && current == null && !scheduled;
    }

    /**
     * Hands to the transport what waits, as long as all who subscribed have room; if one has none for a while, without regard to
     * it. Confined to the I/O context.
     */
    public void flush() {
        byte[] frame = stalled;
        stalled = null;
        for (frame = frame != null ? frame : next(); frame != null; frame = next()) {
            if (!isSent(frame)) {
                stalled = frame;
                return;
            }
        }
    }

    private byte @Nullable [] next() {
        synchronized (this) {
            byte[] frame = frames.poll();
            if (frame == null) {
                seal();
                frame = frames.poll();
            }
            if (frame == null) {
                queuedBytes = 0;
                scheduled = false;
                paid.settle(0);
                return null;
            }
            queuedBytes -= Math.min(queuedBytes, frame.length);
            paid.settle(queuedBytes);
            return frame;
        }
    }

    private boolean isSent(byte[] frame) {
        long now = core.time.nanoTime();
        if (impatient && now - since < RESENTMENT.toNanos()) {
            core.port().publish(frame);
            return true;
        }
        impatient = false;
        if (core.port().publishIfRoom(frame)) {
            waits = false;
            return true;
        }
        if (!waits) {
            waits = true;
            since = now;
            core.time.schedule(PATIENCE, () -> core.port().execute(this::flush));
        } else if (now - since >= PATIENCE.toNanos()) {
            waits = false;
            impatient = true;
            since = now;
            core.port().publish(frame);
            return true;
        }
        return false;
    }

    /** A subscription arrived. Confined to the I/O context. */
    public void onSubscribed(byte[] prefix) {
        if (Topics.isHeartbeat(prefix)) {
            heartbeatWanted = true;
            return;
        }
        if (numbers.onSubscribed(prefix)) {
            return;
        }
        String channel = Topics.confirmedChannel(prefix);
        if (channel != null) {
            long number = withChannel(channel, PublishedChannel::lastNumber);
            flush();
            confirmations.confirm(prefix, frame(prefix, new Control.Subscribed(core.speaker, channel, number)));
        }
    }

    /**
     * Publishes the only frame under {@code topic}, after what was published before; false if too much is queued. Confined to the I/O
     * context.
     */
    @Override
    public boolean answer(byte[] topic, byte[] frame) {
        flush();
        if (isEmpty() && stalled == null) {
            confirmations.confirm(topic, frame);
            return true;
        }
        return enqueue(frame);
    }

    /** Answers what {@code asked} does of a channel, or of an empty one if nothing has been published on that. Thread-safe. */
    @Override
    public synchronized <T> T withChannel(String name, Function<PublishedChannel, T> asked) {
        ChannelName channel = ChannelName.parse(name);
        PublishedChannel known = channels.get(channel);
        return asked.apply(known != null ? known : new PublishedChannel(channel, InteractionStyle.PUBLISH));
    }

    /** Runs what looks at channels. Thread-safe. */
    @Override
    public synchronized <T> T locked(Supplier<T> look) {
        return look.get();
    }

    @Override
    public synchronized List<PublishedChannel> allChannels() {
        return List.copyOf(channels.values());
    }

    /** Confined to the I/O context. */
    public void onUnsubscribed(byte[] prefix) {
        if (Topics.isHeartbeat(prefix)) {
            heartbeatWanted = false;
        } else {
            confirmations.forget(prefix);
        }
        numbers.onUnsubscribed(prefix);
    }

    /** There may be room for what waits. Confined to the I/O context. */
    public void onRoom() {
        confirmations.flush();
        flush();
    }

    /** Once per heartbeat interval. Confined to the I/O context. */
    public void onBeat() {
        if (heartbeatWanted) {
            sayHeartbeat(core.config.limits().heartbeat().toMillis());
        }
        numbers.onBeat();
    }

    /** All has been published that ever will: subscribers need not wait for more. Confined to the I/O context. */
    public void sayGoodbye() {
        flush();
        numbers.onEnd();
        if (heartbeatWanted) {
            sayHeartbeat(0);
        }
    }

    /** At once: it must not wait for a subscriber that does not read. */
    private void sayHeartbeat(long millis) {
        core.port().publish(frame(Topics.heartbeat(), new Control.Heartbeat(core.incarnation, millis)));
    }

    /** Publishes {@code control} after what was published before. Confined to the I/O context. */
    public void confirm(byte[] topic, Control control) {
        enqueue(frame(topic, control));
    }

    private static byte[] frame(byte[] topic, Control control) {
        var out = new FrameWriter();
        out.beginPublication(topic);
        out.append(control);
        return out.take();
    }

    /** Publishes a frame after what was published before; false if too much is queued. Confined to the I/O context. */
    @Override
    public boolean enqueue(byte[] frame) {
        synchronized (this) {
            boolean isTooMuch = queuedBytes > core.config.limits().windowBytes();
            if (isTooMuch || !paid.covers(queuedBytes + frame.length)) {
                return false;
            }
            seal();
            frames.add(frame);
            queuedBytes += frame.length;
            scheduled = true;
        }
        flush();
        return true;
    }
}
