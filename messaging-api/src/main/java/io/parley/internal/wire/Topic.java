package io.parley.internal.wire;

/**
 * What a publication begins with, and so what may follow. Immutable.
 *
 * @param end where the frame begins
 * @param nonce of a confirmation, or of numbers that were asked for; 0 if there is none
 * @param channel empty for a heartbeat
 * @param subject empty if the events have no name
 */
public record Topic(int end, Of of, long nonce, String channel, String subject) {

    /** What the publications are. */
    public enum Of {
        MESSAGES,
        CONFIRMATION,
        HEARTBEAT,
        NUMBERS
    }

    static Topic publication(int end, String channel, String subject) {
        return new Topic(end, Of.MESSAGES, 0, channel, subject);
    }

    static Topic confirmation(int end, long nonce, String channel) {
        return new Topic(end, Of.CONFIRMATION, nonce, channel, "");
    }

    static Topic heartbeat(int end) {
        return new Topic(end, Of.HEARTBEAT, 0, "", "");
    }

    /** @param nonce 0 for what is published to all who want numbers */
    static Topic numbers(int end, long nonce, String channel) {
        return new Topic(end, Of.NUMBERS, nonce, channel, "");
    }

    void requireFits(WireMessage message) throws MalformedFrameException {
        if (of != Of.MESSAGES || !channel.equals(message.channel()) || !subject.equals(message.subject())) {
            throw new MalformedFrameException(message.kind() + " under the topic of something else");
        }
    }

    void requireFits(Control control, boolean first) throws MalformedFrameException {
        if (!fits(control) || !first) {
            throw new MalformedFrameException(
                    control.getClass().getSimpleName() + " under the topic of something else, or not alone");
        }
    }

    private boolean fits(Control control) {
        return switch (control.kind()) {
            case SUBSCRIBED -> of == Of.CONFIRMATION && channel.equals(((Control.Subscribed) control).channel());
            case NUMBERS -> of == Of.NUMBERS && channel.equals(((Control.Numbers) control).channel());
            case HEARTBEAT -> of == Of.HEARTBEAT;
            case HELLO,
                    WELCOME,
                    REJECT,
                    CREDIT,
                    CREDIT_WANTED,
                    FINISHED,
                    PING,
                    PONG,
                    GOING_AWAY,
                    CANCEL,
                    CHUNK,
                    BULK_WANTED,
                    BULK_AT,
                    BULK_HELLO,
                    BULK_ARRIVED,
                    BULK_NEXT,
                    BULK_OVER -> false;
        };
    }
}
