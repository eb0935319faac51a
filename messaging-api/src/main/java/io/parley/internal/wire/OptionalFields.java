package io.parley.internal.wire;

import io.parley.message.Message.Aggregate;
import io.parley.message.MessageId;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What few messages say, and each for itself.
 *
 * <p>Filled once by whoever makes it and only read afterwards.
 */
public final class OptionalFields {

    static final OptionalFields NONE = new OptionalFields();

    public @Nullable String correlation;
    public @Nullable MessageId causation;
    public @Nullable String key;
    public @Nullable String traceparent;
    public @Nullable String tracestate;
    public @Nullable Aggregate aggregate;
    /** The octets of a payload that arrived in chunks and was not put together yet; null for any other. */
    @Nullable
    ChunkedPayload apart;

    /** Whether the payload was dropped as it arrived in chunks. */
    boolean isCut;

    public int fault;
    public @Nullable String faultName;
    public Map<String, String> headers = Map.of();

    /** Whether the wire takes this, or it is null. */
    public static boolean isTracestate(@Nullable String text) {
        return text == null
                || (!text.isEmpty()
                        && text.indexOf('\0') < 0
                        && text.getBytes(StandardCharsets.UTF_8).length <= FieldTags.MAX_TRACESTATE);
    }

    OptionalFields copy() {
        var copy = new OptionalFields();
        copy.correlation = correlation;
        copy.causation = causation;
        copy.key = key;
        copy.traceparent = traceparent;
        copy.tracestate = tracestate;
        copy.aggregate = aggregate;
        copy.apart = apart;
        copy.isCut = isCut;
        copy.fault = fault;
        copy.faultName = faultName;
        copy.headers = headers;
        return copy;
    }

    void addHeader(String name, String value) {
        if (headers.isEmpty()) {
            headers = new LinkedHashMap<>();
        }
        headers.put(name, value);
    }
}
