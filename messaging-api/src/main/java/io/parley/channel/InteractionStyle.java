package io.parley.channel;

/** The four ways of interacting: one receiver or many, an answer or none. */
public enum InteractionStyle {
    ONE_WAY("one-way"),
    REQUEST("request"),
    PUBLISH("publish"),
    SURVEY("survey");

    private final String text;

    InteractionStyle(String text) {
        this.text = text;
    }

    /** {@code one-way}, {@code request}, {@code publish} or {@code survey}. */
    public String text() {
        return text;
    }

    /** @throws IllegalArgumentException if {@code text} names no style */
    public static InteractionStyle parse(String text) {
        for (InteractionStyle style : values()) {
            if (style.text.equals(text)) {
                return style;
            }
        }
        throw new IllegalArgumentException("Not an interaction style: " + text);
    }

    @Override
    public String toString() {
        return text;
    }
}
