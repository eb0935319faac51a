package io.parley.console.observe;

import java.util.HashMap;
import java.util.Map;

/**
 * About how many steps were taken and not seen here. Peers tell how many they have left out since they opened: what came before the first word of
 * a peer is not counted, as nobody here was looking. Thread-safe.
 */
final class LeftOut {

    private static final int MOST_PEERS = 10_000;
    private static final int LATELY_SECONDS = 60;

    /** What each incarnation told last. */
    private final Map<String, Long> told = new HashMap<>();

    private final PerSecond count = new PerSecond(LATELY_SECONDS);

    /**
     * @param total of the peer, since it opened
     * @param second of the observer's clock
     */
    synchronized void onTold(String incarnation, long total, long second) {
        Long before = told.get(incarnation);
        if (before != null || told.size() < MOST_PEERS) {
            told.put(incarnation, total);
        }
        if (before != null && total > before) {
            count.add(second, total - before);
        }
    }

    /** Since the observer began. */
    synchronized long all() {
        return count.all();
    }

    /** In the last minute. */
    synchronized long lately(long second) {
        return count.until(second);
    }
}
