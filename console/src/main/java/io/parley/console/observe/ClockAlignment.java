package io.parley.console.observe;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings the clocks of several peers together: begins with what the times of question and answer let one think, and then moves them as
 * little as it takes that no message arrives before it was sent. Confined to one thread.
 */
final class ClockAlignment {

    private final Map<String, Long> corrections = new HashMap<>();

    /**
     * Something that cannot have happened before something else, at another peer. Immutable.
     *
     * @param earlier in nanoseconds, by the clock of the first peer
     * @param later by that of the second
     */
    record Order(String first, long earlier, String second, long later) {}

    /** Moves clocks until all of {@code orders} hold, or it is clear that they cannot. */
    void settle(List<Order> orders) {
        int rounds = corrections.size() + orders.size() + 2;
        boolean isMoved = true;
        while (isMoved && rounds-- > 0) {
            isMoved = false;
            for (Order order : orders) {
                long gap = order.earlier + correction(order.first) - (order.later + correction(order.second));
                if (gap > 0) {
                    corrections.merge(order.second, gap, Long::sum);
                    isMoved = true;
                }
            }
        }
    }

    /** What has to be added to a time of {@code peer}, beyond what the question and the answer said. */
    long correction(String peer) {
        return corrections.getOrDefault(peer, 0L);
    }
}
