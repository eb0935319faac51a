package io.parley.codec;

/**
 * Turns payloads of some types into bytes and back. Implementations are tried against {@code CodecContract} in the test kit.
 *
 * <p>Thread-safe.
 */
public interface Codec {

    /** What the bytes are, as an Internet media type, such as {@code application/json}. */
    String contentType();

    /** Whether payloads of {@code type} are this codec's to encode and decode. */
    boolean supports(Class<?> type);

    /** Whether bytes that came with {@code contentType} can be decoded. Parameters after a semicolon do not matter by default. */
    default boolean accepts(String contentType) {
        int semicolon = contentType.indexOf(';');
        String bare = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        int ownSemicolon = contentType().indexOf(';');
        String own = ownSemicolon < 0 ? contentType() : contentType().substring(0, ownSemicolon);
        return bare.trim().equalsIgnoreCase(own);
    }

    /**
     * The bytes of {@code payload}; the array is the caller's to keep, though for byte payloads it may be the payload itself.
     *
     * @throws CodecException if it cannot be encoded
     */
    byte[] encode(Object payload);

    /**
     * The payload that {@code length} bytes from {@code offset} on hold. The codec keeps no hold of the array, unless the payload is
     * all that is in it.
     *
     * @throws CodecException if the bytes are not what an encoded {@code type} looks like; whatever the bytes are, nothing else
     *     is thrown and memory stays in proportion to {@code length}
     */
    <T> T decode(byte[] bytes, int offset, int length, Class<T> type);
}
