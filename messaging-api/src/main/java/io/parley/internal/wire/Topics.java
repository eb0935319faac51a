package io.parley.internal.wire;

import io.parley.channel.ChannelName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Topics: what publications begin with and subscriptions ask for. Stateless. */
public final class Topics {

    private static final byte CONFIRM = 0x01;
    private static final byte HEARTBEAT = 0x02;
    private static final byte NUMBERS = 0x03;
    private static final byte ASK = 0x04;
    private static final String CLOCK = ChannelName.RESERVED + "clock";
    private static final int NONCE = 8;
    /** What a question has before the channel: its topic's first octet, nonce, incarnation, after and age. */
    private static final int ASK_HEAD = 1 + NONCE + 8 + 8 + 4;

    private static final int MAX_CHANNEL = 191;
    private static final int MAX_SUBJECT = 255;
    private static final int MAX_SERVICE = 63;

    private Topics() {}

    /** The prefix that selects a channel's publications whose subject begins with {@code subjectPrefix}. */
    public static byte[] subscription(String channel, String subjectPrefix) {
        return (channel + '\0' + subjectPrefix).getBytes(StandardCharsets.UTF_8);
    }

    /** The topic of publications with this channel and subject. */
    public static byte[] publication(String channel, String subject) {
        return (channel + '\0' + subject + '\0').getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] confirmation(long nonce, String channel) {
        byte[] name = channel.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + NONCE + name.length + 1)
                .put(CONFIRM)
                .putLong(nonce)
                .put(name)
                .array();
    }

    public static byte[] heartbeat() {
        return new byte[] {HEARTBEAT};
    }

    /** The topic of the last numbers of a channel, for all who want them. */
    public static byte[] numbers(String channel) {
        byte[] name = channel.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + name.length + 1).put(NUMBERS).put(name).array();
    }

    /** The channel whose last number is what the clock of a publisher shows, in microseconds. Nothing is published on it. */
    public static String clock(String service) {
        return service + '/' + CLOCK;
    }

    /** Whether a channel's last number is a clock, whoever its owner is. */
    public static boolean isClock(String channel) {
        int name = channel.indexOf('/') + 1;
        return channel.length() == name + CLOCK.length() && channel.endsWith(CLOCK);
    }

    /**
     * A subscriber's question for the last numbers of a channel, which is the topic of the answer too. Immutable.
     *
     * @param nonce tells it from other questions
     * @param incarnation whose numbers are asked for
     * @param after what the subscriber knows all about up to; {@link #NOTHING} if it knows nothing
     * @param ageMillis for how long the subscriber has wanted the channel; what is above 32 bits is cut off
     */
    public record Ask(long nonce, long incarnation, long after, long ageMillis, String channel) {

        public static final long NOTHING = -1;

        private static final long MOST_AGE = 0xFFFF_FFFFL;

        public byte[] topic() {
            byte[] name = channel.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(ASK_HEAD + name.length + 1)
                    .put(ASK)
                    .putLong(nonce)
                    .putLong(incarnation)
                    .putLong(after)
                    .putInt((int) Math.min(MOST_AGE, ageMillis))
                    .put(name)
                    .array();
        }
    }

    /** The question that a subscription is; null if it is something else. */
    public static @Nullable Ask asked(byte[] subscription) {
        if (subscription.length <= ASK_HEAD || subscription[0] != ASK) {
            return null;
        }
        String channel = channelAt(subscription, ASK_HEAD);
        if (channel == null) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(subscription, 1, ASK_HEAD - 1);
        return new Ask(in.getLong(), in.getLong(), in.getLong(), in.getInt() & Ask.MOST_AGE, channel);
    }

    /** The channel whose last numbers a subscription asks for from now on; null if it asks for something else. */
    public static @Nullable String numbersChannel(byte[] subscription) {
        return subscription.length > 1 && subscription[0] == NUMBERS ? channelAt(subscription, 1) : null;
    }

    public static boolean isHeartbeat(byte[] topic) {
        return topic.length > 0 && topic[0] == HEARTBEAT;
    }

    /** The channel that a subscription wants to be confirmed for; null if it is something else, or names what can be no channel. */
    public static @Nullable String confirmedChannel(byte[] subscription) {
        boolean isConfirmation = subscription.length > 1 + NONCE && subscription[0] == CONFIRM;
        return isConfirmation ? channelAt(subscription, 1 + NONCE) : null;
    }

    /** The channel that stands from {@code begin} to the one NUL at the end; null if there is none. */
    private static @Nullable String channelAt(byte[] subscription, int begin) {
        int last = subscription.length - 1;
        if (last - begin < 1 || last - begin > MAX_CHANNEL || subscription[last] != 0) {
            return null;
        }
        // What is not ASCII becomes something that no channel's name holds.
        String name = new String(subscription, begin, last - begin, StandardCharsets.US_ASCII);
        try {
            return ChannelName.parse(name).toString();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The channel whose publications a subscription asks for, or some of them; null if it asks for something else. */
    public static @Nullable String subscribedChannel(byte[] subscription) {
        int end = 0;
        while (end < subscription.length && subscription[end] != 0) {
            end++;
        }
        boolean isChannel = end > 0 && end < subscription.length && end <= MAX_CHANNEL && subscription[0] > ASK;
        return isChannel ? new String(subscription, 0, end, StandardCharsets.UTF_8) : null;
    }

    /** Whether a topic can begin with {@code prefix}: there is no other reason to subscribe to it. */
    public static boolean mayBegin(byte[] prefix) {
        if (isHeartbeat(prefix)) {
            return prefix.length == 1;
        }
        int head = prefix.length == 0 ? 0 : headOf(prefix[0]);
        int start = Math.min(prefix.length, head);
        int end = start;
        while (end < prefix.length && prefix[end] != 0) {
            end++;
        }
        if (!mayBeginChannel(prefix, start, end)) {
            return false;
        }
        int rest = prefix.length - end - 1; // behind the channel's NUL; -1 without one
        if (rest <= 0) {
            return rest < 0 || isChannel(prefix, start, end);
        }
        return head == 0 && isChannel(prefix, start, end) && mayBeSubject(prefix, end + 1);
    }

    /** How many octets a topic that begins so has before the channel, which ends it then; 0 for what is published on a channel. */
    private static int headOf(byte first) {
        return switch (first) {
            case CONFIRM -> 1 + NONCE;
            case NUMBERS -> 1;
            case ASK -> ASK_HEAD;
            default -> 0;
        };
    }

    /** Whether there are a service's name, a slash and a name. */
    private static boolean isChannel(byte[] octets, int start, int end) {
        int slash = slash(octets, start, end);
        return slash > start && slash < end - 1 && octets[slash - 1] != '-';
    }

    private static boolean mayBeginChannel(byte[] octets, int start, int end) {
        if (end - start > MAX_CHANNEL) {
            return false;
        }
        int slash = slash(octets, start, end);
        for (int i = start; i < end; i++) {
            byte octet = octets[i];
            boolean isLower = octet >= 'a' && octet <= 'z';
            boolean isDigit = octet >= '0' && octet <= '9';
            boolean isUpper = octet >= 'A' && octet <= 'Z';
            boolean fits = i < slash
                    ? isLower || i > start && (isDigit || octet == '-')
                    : i == slash
                            ? i > start
                            : isLower || isDigit || isUpper || i > slash + 1 && "._-/".indexOf(octet) >= 0;
            if (!fits) {
                return false;
            }
        }
        return slash - start <= MAX_SERVICE;
    }

    private static int slash(byte[] octets, int start, int end) {
        int slash = start;
        while (slash < end && octets[slash] != '/') {
            slash++;
        }
        return slash;
    }

    /** A subject, or its beginning, or with NUL behind it. */
    private static boolean mayBeSubject(byte[] octets, int start) {
        int end = start;
        while (end < octets.length && octets[end] != 0) {
            end++;
        }
        return end - start <= MAX_SUBJECT && end >= octets.length - 1;
    }

    /**
     * What a publication begins with.
     *
     * @throws MalformedFrameException if it begins with something else
     */
    public static Topic read(byte[] publication, TextCache texts) throws MalformedFrameException {
        var in = new WireReader(publication, 0, publication.length);
        if (isHeartbeat(publication)) {
            return Topic.heartbeat(1);
        }
        if (publication.length > 0 && publication[0] == CONFIRM) {
            in.u8("topic");
            long nonce = in.u64("nonce");
            String channel = texts.readToNul(in, 1, MAX_CHANNEL, "channel");
            return Topic.confirmation(in.position(), nonce, channel);
        }
        if (publication.length > 0 && publication[0] == NUMBERS) {
            in.u8("topic");
            String channel = texts.readToNul(in, 1, MAX_CHANNEL, "channel");
            return Topic.numbers(in.position(), 0, channel);
        }
        if (publication.length > 0 && publication[0] == ASK) {
            in.u8("topic");
            long nonce = in.u64("nonce");
            in.u64("incarnation");
            in.u64("after");
            in.u32("age");
            String channel = texts.readToNul(in, 1, MAX_CHANNEL, "channel");
            return Topic.numbers(in.position(), nonce, channel);
        }
        String channel = texts.readToNul(in, 1, MAX_CHANNEL, "channel");
        String subject = texts.readToNul(in, 0, MAX_SUBJECT, "subject");
        return Topic.publication(in.position(), channel, subject);
    }
}
