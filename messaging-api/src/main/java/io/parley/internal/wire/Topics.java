package io.parley.internal.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Topics: what publications begin with and subscriptions ask for. Stateless. */
public final class Topics {

    private static final byte CONFIRM = 0x01;
    private static final byte HEARTBEAT = 0x02;
    private static final int NONCE = 8;
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

    public static boolean isHeartbeat(byte[] topic) {
        return topic.length > 0 && topic[0] == HEARTBEAT;
    }

    /** Whether a subscription is a wish for confirmation, and for which channel; null if it is something else. */
    public static @Nullable String confirmedChannel(byte[] subscription) {
        int last = subscription.length - 1;
        if (last <= 1 + NONCE || subscription[0] != CONFIRM || subscription[last] != 0) {
            return null;
        }
        return new String(subscription, 1 + NONCE, last - 1 - NONCE, StandardCharsets.UTF_8);
    }

    /** The channel whose publications a subscription asks for, or some of them; null if it asks for something else. */
    public static @Nullable String subscribedChannel(byte[] subscription) {
        int end = 0;
        while (end < subscription.length && subscription[end] != 0) {
            end++;
        }
        boolean isChannel = end > 0 && end < subscription.length && end <= MAX_CHANNEL && subscription[0] > HEARTBEAT;
        return isChannel ? new String(subscription, 0, end, StandardCharsets.UTF_8) : null;
    }

    /** Whether a topic can begin with {@code prefix}: there is no other reason to subscribe to it. */
    public static boolean mayBegin(byte[] prefix) {
        if (isHeartbeat(prefix)) {
            return prefix.length == 1;
        }
        boolean confirms = prefix.length > 0 && prefix[0] == CONFIRM;
        int start = confirms ? Math.min(prefix.length, 1 + NONCE) : 0;
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
        return !confirms && isChannel(prefix, start, end) && mayBeSubject(prefix, end + 1);
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
        String channel = texts.readToNul(in, 1, MAX_CHANNEL, "channel");
        String subject = texts.readToNul(in, 0, MAX_SUBJECT, "subject");
        return Topic.publication(in.position(), channel, subject);
    }
}
