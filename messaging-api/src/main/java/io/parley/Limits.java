package io.parley;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * The bounds a peer keeps. Immutable.
 *
 * @param maxMessageBytes an encoded message above this is neither sent nor accepted; 1 KiB to 64 MiB
 * @param windowMessages how many messages a remote instance may have in hand here (sent by it and not yet handled); 1 to
 *     1,000,000. It bounds the requests outstanding on one link
 * @param windowBytes the same in bytes; at least {@code maxMessageBytes}
 * @param maxQueued how many messages may wait for the handler of one channel before more are refused as busy; at least 1
 * @param maxWaiting how many messages to one service may wait for room or for a link; at least 0
 * @param handlerThreads how many handlers may run at a time; at least 1
 * @param heartbeat how often a quiet link is asked whether the other end is still there; three in a row unanswered end it. 10 ms to
 *     1 h
 * @param connectTimeout how long a new link may take to become ready before it is tried afresh; 10 ms to 1 h
 * @param instanceTimeout how long a message waits for an instance where none is known, or none can be reached, before it fails; at
 *     most as long as its own time limit. It bridges the moment between a peer's start and others' hearing of it. 0 to 1 h
 * @param grace how long an instance that the registry has lost is used if its link lives; while the registry knows no other, for as long
 *     as the link lives. 0 to 1 h; 0 is to believe the registry at once
 * @param memoryBytes how much heap others can make this peer hold: connections, subscriptions, credit granted, unfinished messages,
 *     messages that wait to be sent, answers and publications that wait to be read. By default half of the JVM's maximum heap; where
 *     several peers share a JVM, give each its share. At least 1 MiB; the peer raises its parts to what one of the largest messages
 *     needs
 */
public record Limits(
        int maxMessageBytes,
        int windowMessages,
        int windowBytes,
        int maxQueued,
        int maxWaiting,
        int handlerThreads,
        Duration heartbeat,
        Duration connectTimeout,
        Duration instanceTimeout,
        Duration grace,
        long memoryBytes) {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    private static final Duration LEAST_INTERVAL = Duration.ofMillis(10);
    private static final Duration GREATEST_INTERVAL = Duration.ofHours(1);

    private static final Limits DEFAULTS = new Limits(
            4 * MIB,
            16_384,
            16 * MIB,
            65_536,
            10_000,
            Math.max(8, 2 * Runtime.getRuntime().availableProcessors()),
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Math.max(MIB, Runtime.getRuntime().maxMemory() / 2));

    public Limits {
        require(maxMessageBytes >= KIB && maxMessageBytes <= 64 * MIB, "maxMessageBytes", maxMessageBytes);
        require(windowMessages >= 1 && windowMessages <= 1_000_000, "windowMessages", windowMessages);
        require(windowBytes >= maxMessageBytes, "windowBytes", windowBytes);
        require(maxQueued >= 1, "maxQueued", maxQueued);
        require(maxWaiting >= 0, "maxWaiting", maxWaiting);
        require(handlerThreads >= 1, "handlerThreads", handlerThreads);
        requireWithin(LEAST_INTERVAL, heartbeat, "heartbeat");
        requireWithin(LEAST_INTERVAL, connectTimeout, "connectTimeout");
        requireWithin(Duration.ZERO, instanceTimeout, "instanceTimeout");
        requireWithin(Duration.ZERO, grace, "grace");
        require(memoryBytes >= MIB, "memoryBytes", memoryBytes);
    }

    /**
     * 4 MiB a message, 16,384 messages or 16 MiB in hand on a link, twice as many handler threads as processors, at least 8, and half
     * of the maximum heap.
     */
    public static Limits defaults() {
        return DEFAULTS;
    }

    /** With at least two of the largest messages in hand on a link, so that one can be on its way while the other is handled. */
    public Limits withMaxMessageBytes(int bytes) {
        return with(draft -> {
            draft.maxMessageBytes = bytes;
            draft.windowBytes = Math.max(windowBytes, 2 * bytes);
        });
    }

    public Limits withWindow(int messages, int bytes) {
        return with(draft -> {
            draft.windowMessages = messages;
            draft.windowBytes = bytes;
        });
    }

    public Limits withMaxQueued(int messages) {
        return with(draft -> draft.maxQueued = messages);
    }

    public Limits withMaxWaiting(int calls) {
        return with(draft -> draft.maxWaiting = calls);
    }

    public Limits withHandlerThreads(int threads) {
        return with(draft -> draft.handlerThreads = threads);
    }

    public Limits withHeartbeat(Duration interval) {
        return with(draft -> draft.heartbeat = interval);
    }

    public Limits withConnectTimeout(Duration limit) {
        return with(draft -> draft.connectTimeout = limit);
    }

    public Limits withInstanceTimeout(Duration limit) {
        return with(draft -> draft.instanceTimeout = limit);
    }

    public Limits withGrace(Duration limit) {
        return with(draft -> draft.grace = limit);
    }

    /** With {@code bytes} of heap for what others can make this peer hold. */
    public Limits withMemory(long bytes) {
        return with(draft -> draft.memoryBytes = bytes);
    }

    private Limits with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.toLimits();
    }

    /** The same values, open to change. */
    private static final class Draft {

        private int maxMessageBytes;
        private int windowMessages;
        private int windowBytes;
        private int maxQueued;
        private int maxWaiting;
        private int handlerThreads;
        private Duration heartbeat;
        private Duration connectTimeout;
        private Duration instanceTimeout;
        private Duration grace;
        private long memoryBytes;

        Draft(Limits limits) {
            maxMessageBytes = limits.maxMessageBytes;
            windowMessages = limits.windowMessages;
            windowBytes = limits.windowBytes;
            maxQueued = limits.maxQueued;
            maxWaiting = limits.maxWaiting;
            handlerThreads = limits.handlerThreads;
            heartbeat = limits.heartbeat;
            connectTimeout = limits.connectTimeout;
            instanceTimeout = limits.instanceTimeout;
            grace = limits.grace;
            memoryBytes = limits.memoryBytes;
        }

        Limits toLimits() {
            return new Limits(
                    maxMessageBytes,
                    windowMessages,
                    windowBytes,
                    maxQueued,
                    maxWaiting,
                    handlerThreads,
                    heartbeat,
                    connectTimeout,
                    instanceTimeout,
                    grace,
                    memoryBytes);
        }
    }

    private static void requireWithin(Duration least, Duration duration, String name) {
        if (duration.compareTo(least) < 0 || duration.compareTo(GREATEST_INTERVAL) > 0) {
            throw new IllegalArgumentException(
                    name + " is from " + least + " to " + GREATEST_INTERVAL + ", not " + duration);
        }
    }

    private static void require(boolean holds, String name, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is out of range: " + value);
        }
    }
}
