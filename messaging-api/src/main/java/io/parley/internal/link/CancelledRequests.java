package io.parley.internal.link;

import io.parley.message.MessageId;
import java.util.ArrayDeque;

/**
 * Remembers the latest requests of one inbound link whose answers the dialler does not await any more. Thread-safe; costs one volatile
 * read a question while none was cancelled.
 */
final class CancelledRequests {

    /** The number that is remembered; the oldest are forgotten first. */
    static final int CAPACITY = 1024;

    /** Guarded by itself. */
    private final ArrayDeque<MessageId> latest = new ArrayDeque<>();

    private volatile boolean isAny;

    void add(MessageId request) {
        synchronized (latest) {
            if (latest.size() == CAPACITY) {
                latest.remove();
            }
            latest.add(request);
            isAny = true;
        }
    }

    boolean contains(MessageId request) {
        if (!isAny) {
            return false;
        }
        synchronized (latest) {
            return latest.contains(request);
        }
    }
}
