package io.parley.internal.wire;

import io.parley.message.Message.Aggregate;
import io.parley.message.MessageId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What few messages say, and each for itself.
 *
 * <p>Filled once by whoever makes it and only read afterwards.
 */
public final class Details {

    static final Details NONE = new Details();

    public @Nullable String correlation;
    public @Nullable MessageId causation;
    public @Nullable String key;
    public @Nullable String traceparent;
    public @Nullable String tracestate;
    public @Nullable Aggregate aggregate;
    public int fault;
    public @Nullable String faultName;
    public Map<String, String> headers = Map.of();

    void addHeader(String name, String value) {
        if (headers.isEmpty()) {
            headers = new LinkedHashMap<>();
        }
        headers.put(name, value);
    }
}
