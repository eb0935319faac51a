package io.parley.internal.wire;

/** Values of a message's form octet. */
public final class MessageForm {

    public static final int DOCUMENT = 0;
    public static final int COMMAND = 1;
    public static final int EVENT = 2;

    private MessageForm() {}
}
