package io.parley.internal.wire;

import java.util.List;

/**
 * Envelopes that control links and feeds. Immutable.
 *
 * <p>To take one apart, use a switch expression over {@link #kind} that has no default: it does not compile until a new kind is handled.
 */
public sealed interface Control {

    /** Kinds of control envelopes, one for each implementation of {@link Control}. */
    enum Kind {
        HELLO(EnvelopeKind.HELLO),
        WELCOME(EnvelopeKind.WELCOME),
        REJECT(EnvelopeKind.REJECT),
        CREDIT(EnvelopeKind.CREDIT),
        CREDIT_WANTED(EnvelopeKind.CREDIT_WANTED),
        FINISHED(EnvelopeKind.FINISHED),
        PING(EnvelopeKind.PING),
        PONG(EnvelopeKind.PONG),
        GOING_AWAY(EnvelopeKind.GOING_AWAY),
        CANCEL(EnvelopeKind.CANCEL),
        CHUNK(EnvelopeKind.CHUNK),
        BULK_WANTED(EnvelopeKind.BULK_WANTED),
        BULK_AT(EnvelopeKind.BULK_AT),
        BULK_HELLO(EnvelopeKind.BULK_HELLO),
        BULK_ARRIVED(EnvelopeKind.BULK_ARRIVED),
        BULK_NEXT(EnvelopeKind.BULK_NEXT),
        BULK_OVER(EnvelopeKind.BULK_OVER),
        SUBSCRIBED(EnvelopeKind.SUBSCRIBED),
        HEARTBEAT(EnvelopeKind.HEARTBEAT),
        NUMBERS(EnvelopeKind.NUMBERS);

        private final EnvelopeKind envelope;

        Kind(EnvelopeKind envelope) {
            this.envelope = envelope;
        }

        EnvelopeKind envelope() {
            return envelope;
        }
    }

    /** Returns the kind, which tells the class. */
    Kind kind();

    /** Who speaks: a peer's incarnation, service and instance. */
    record PeerId(long incarnation, String service, String instance) {}

    /** What a side accepts, and the first credit that it grants. */
    record LinkLimits(long maxFrame, long messages, long bytes) {}

    /**
     * @param bulk whether the dialler knows of bulk links
     * @param finished whether the dialler wants to be told which one-way messages are finished
     * @param creditWanted whether the dialler asks for credit that it lacks
     * @param clock what the dialler's clock shows, in microseconds; 0 if it does not say
     */
    record Hello(
            int minVersion,
            int maxVersion,
            PeerId speaker,
            long target,
            LinkLimits terms,
            boolean bulk,
            boolean finished,
            boolean creditWanted,
            long clock)
            implements Control {

        public Hello(
                int minVersion,
                int maxVersion,
                PeerId speaker,
                long target,
                LinkLimits terms,
                boolean bulk,
                boolean finished,
                boolean creditWanted) {
            this(minVersion, maxVersion, speaker, target, terms, bulk, finished, creditWanted, 0);
        }

        public Hello(
                int minVersion,
                int maxVersion,
                PeerId speaker,
                long target,
                LinkLimits terms,
                boolean bulk,
                boolean finished) {
            this(minVersion, maxVersion, speaker, target, terms, bulk, finished, false);
        }

        public Hello(int minVersion, int maxVersion, PeerId speaker, long target, LinkLimits terms, boolean bulk) {
            this(minVersion, maxVersion, speaker, target, terms, bulk, false);
        }

        public Hello(int minVersion, int maxVersion, PeerId speaker, long target, LinkLimits terms) {
            this(minVersion, maxVersion, speaker, target, terms, false);
        }

        @Override
        public Kind kind() {
            return Kind.HELLO;
        }
    }

    /**
     * @param publishAddress where the acceptor may be subscribed to, as it calls that itself; empty if it does not say
     * @param bulk whether the acceptor knows of bulk links
     * @param finished whether the acceptor tells which one-way messages are finished
     * @param creditWanted whether the acceptor may be asked for credit, and so may grant less than the largest frame at first
     */
    record Welcome(
            int version,
            PeerId speaker,
            LinkLimits terms,
            String publishAddress,
            boolean bulk,
            boolean finished,
            boolean creditWanted)
            implements Control {

        public Welcome(
                int version, PeerId speaker, LinkLimits terms, String publishAddress, boolean bulk, boolean finished) {
            this(version, speaker, terms, publishAddress, bulk, finished, false);
        }

        public Welcome(int version, PeerId speaker, LinkLimits terms, String publishAddress, boolean bulk) {
            this(version, speaker, terms, publishAddress, bulk, false);
        }

        public Welcome(int version, PeerId speaker, LinkLimits terms, String publishAddress) {
            this(version, speaker, terms, publishAddress, false);
        }

        public Welcome(int version, PeerId speaker, LinkLimits terms) {
            this(version, speaker, terms, "");
        }

        @Override
        public Kind kind() {
            return Kind.WELCOME;
        }
    }

    record Reject(int code, String reason) implements Control {

        public static final int VERSION = 1;
        public static final int INCARNATION = 2;
        public static final int MALFORMED = 3;
        public static final int UNAUTHORIZED = 4;
        public static final int OVERLOADED = 5;
        public static final int QUIET = 6;

        @Override
        public Kind kind() {
            return Kind.REJECT;
        }
    }

    record Credit(long messages, long bytes) implements Control {

        @Override
        public Kind kind() {
            return Kind.CREDIT;
        }
    }

    /**
     * One-way messages that the acceptor is done with, by their numbers on the link.
     *
     * @param firsts the first number of each range; from 1 on
     * @param counts how many numbers each range has; 1 or more
     */
    record Finished(List<Long> firsts, List<Integer> counts) implements Control {

        public Finished {
            firsts = List.copyOf(firsts);
            counts = List.copyOf(counts);
        }

        @Override
        public Kind kind() {
            return Kind.FINISHED;
        }
    }

    /** So many octets would have to be granted, counted from the beginning, to let through a message that waits. */
    record CreditWanted(long bytes) implements Control {

        @Override
        public Kind kind() {
            return Kind.CREDIT_WANTED;
        }
    }

    record Ping(long token) implements Control {

        @Override
        public Kind kind() {
            return Kind.PING;
        }
    }

    record Pong(long token) implements Control {

        @Override
        public Kind kind() {
            return Kind.PONG;
        }
    }

    record GoingAway(long millis) implements Control {

        @Override
        public Kind kind() {
            return Kind.GOING_AWAY;
        }
    }

    record Cancel(long incarnation, long sequence) implements Control {

        @Override
        public Kind kind() {
            return Kind.CANCEL;
        }
    }

    /**
     * A part of an envelope too large for one frame.
     *
     * @param rest how many octets come after this part
     * @param octets an array in which the part lies, from {@code offset} on
     */
    record Chunk(long rest, byte[] octets, int offset, int length) implements Control {

        void copyTo(byte[] target, int at) {
            System.arraycopy(octets, offset, target, at, length);
        }

        /** Whether it is all of a frame. */
        boolean isAlone() {
            return offset == FrameFormat.CHUNK_OVERHEAD && octets.length == offset + length;
        }

        @Override
        public Kind kind() {
            return Kind.CHUNK;
        }
    }

    /** The dialler has something large to send, and would dial a bulk link if it knew where. */
    record BulkWanted() implements Control {

        @Override
        public Kind kind() {
            return Kind.BULK_WANTED;
        }
    }

    /** Where the acceptor takes the bulk link, and what is to be said first on it. */
    record BulkAt(long token, String address) implements Control {

        @Override
        public Kind kind() {
            return Kind.BULK_AT;
        }
    }

    /** The first word on a bulk link, from either side. */
    record BulkHello(long token) implements Control {

        @Override
        public Kind kind() {
            return Kind.BULK_HELLO;
        }
    }

    /** So many messages have come over the bulk link in whole, since it was made. */
    record BulkArrived(long count) implements Control {

        @Override
        public Kind kind() {
            return Kind.BULK_ARRIVED;
        }
    }

    /** Here, among what comes over the link, belongs the message that came over the bulk link with this number. */
    record BulkNext(long number) implements Control {

        @Override
        public Kind kind() {
            return Kind.BULK_NEXT;
        }
    }

    /** Nothing more comes over the bulk link, and what came and was not called for is to be dropped. */
    record BulkOver() implements Control {

        @Override
        public Kind kind() {
            return Kind.BULK_OVER;
        }
    }

    record Subscribed(PeerId speaker, String channel, long number) implements Control {

        @Override
        public Kind kind() {
            return Kind.SUBSCRIBED;
        }
    }

    record Heartbeat(long incarnation, long millis) implements Control {

        @Override
        public Kind kind() {
            return Kind.HEARTBEAT;
        }
    }

    /**
     * The last numbers of a publisher's subjects on one channel: of all those whose last event has a number above {@code from} and no
     * higher than {@code upTo}.
     *
     * @param first whether it is the first part of an answer
     * @param more whether another part of the same answer follows
     * @param via whether a router passes it on
     * @param last in ascending order of their numbers
     */
    record Numbers(
            PeerId speaker,
            String channel,
            boolean first,
            boolean more,
            boolean via,
            long from,
            long upTo,
            List<LastNumber> last)
            implements Control {

        /** The same, passed on by a router. */
        public Numbers passedOn() {
            return new Numbers(speaker, channel, first, more, true, from, upTo, last);
        }

        @Override
        public Kind kind() {
            return Kind.NUMBERS;
        }
    }

    /** The number of a subject's last event. */
    record LastNumber(String subject, long number) {}
}
