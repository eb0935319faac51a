package io.parley.internal.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Topics: what publications begin with and subscriptions ask for. Stateless. */
public final class Topics {

    private static final byte CONFIRM = 0x01;
    private static final byte HEARTBEAT = 0x02;
    private static final int NONCE = 8;

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

    /**
     * Where the frame of a publication begins.
     *
     * @throws MalformedFrameException if there is no topic in front of it
     */
    public static int frameStart(byte[] publication) throws MalformedFrameException {
        if (publication.length == 0) {
            throw new MalformedFrameException("empty publication");
        }
        return switch (publication[0]) {
            case HEARTBEAT -> 1;
            case CONFIRM -> afterNul(publication, 1 + NONCE);
            default -> afterNul(publication, afterNul(publication, 0));
        };
    }

    /** Whether the publication answers a wish for confirmation. */
    public static boolean isConfirmation(byte[] publication) {
        return publication.length > 0 && publication[0] == CONFIRM;
    }

    /** The nonce in a confirmation. */
    public static long nonce(byte[] publication) {
        return ByteBuffer.wrap(publication).getLong(1);
    }

    private static int afterNul(byte[] publication, int from) throws MalformedFrameException {
        for (int i = from; i < publication.length; i++) {
            if (publication[i] == 0) {
                return i + 1;
            }
        }
        throw new MalformedFrameException("publication without a topic");
    }
}
