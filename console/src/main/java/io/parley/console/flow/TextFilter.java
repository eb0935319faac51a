package io.parley.console.flow;

import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which flows have a text in them, in upper or lower case: in type, channel, ids, detail, key, or in a header, as {@code name: value}, {@code
 * name=value} or a part of that. Immutable.
 */
final class TextFilter implements Predicate<Flow> {

    private final String text;

    TextFilter(String text) {
        this.text = lower(text);
    }

    @Override
    public boolean test(Flow flow) {
        return has(flow.type())
                || has(flow.detail())
                || has(flow.correlationId())
                || has(flow.id())
                || has(flow.channel())
                || has(flow.contents().key())
                || flow.contents().headers().entrySet().stream().anyMatch(this::has);
    }

    private boolean has(Map.Entry<String, String> header) {
        return has(header.getKey() + ": " + header.getValue()) || has(header.getKey() + '=' + header.getValue());
    }

    private boolean has(String value) {
        return lower(value).contains(text);
    }

    private static String lower(String value) {
        return value.toLowerCase(Locale.ROOT);
    }
}
