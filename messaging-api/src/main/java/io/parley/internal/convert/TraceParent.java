package io.parley.internal.convert;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** The W3C trace context's {@code traceparent}: version, trace id, parent id, flags. Stateless. */
public final class TraceParent {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    private static final int PARENT_BEGIN = 36;
    private static final int PARENT_END = 52;

    private TraceParent() {}

    /** The same trace with a parent id of its own. What is not of the known form is passed on as it is. */
    public static String child(String parent, RandomGenerator random) {
        if (!FORM.matcher(parent).matches()) {
            return parent;
        }
        long id;
        do {
            id = random.nextLong();
        } while (id == 0);
        return parent.substring(0, PARENT_BEGIN) + HexFormat.of().toHexDigits(id) + parent.substring(PARENT_END);
    }
}
