package io.parley.transport;

/**
 * A frame whose octets are put together only when the transport gets to it, so that what is large is not copied before its time, nor
 * into an array of its own. What it is made of must not change until then.
 */
public interface DeferredFrame {

    /** How many octets it has; always the same. */
    int length();

    /** Puts all of it at the beginning of {@code target}, which may be longer. In the I/O context; as often as it is asked. */
    void writeTo(byte[] target);

    /** It, in an array of its own. */
    default byte[] toBytes() {
        byte[] bytes = new byte[length()];
        writeTo(bytes);
        return bytes;
    }
}
