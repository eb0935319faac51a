package io.parley.console.observe;

/** So many in each of the last seconds, and in all. Not thread-safe: whoever has one guards it. */
final class PerSecond {

    private final int seconds;
    private final long[] counts;
    /** Which second each count is of. */
    private final long[] at;

    private long all;

    /** @param seconds over how many whole seconds it can be asked */
    PerSecond(int seconds) {
        this.seconds = seconds;
        counts = new long[seconds + 2];
        at = new long[seconds + 2];
    }

    void add(long second, long many) {
        int slot = (int) Math.floorMod(second, (long) counts.length);
        if (at[slot] != second) {
            at[slot] = second;
            counts[slot] = 0;
        }
        counts[slot] += many;
        all += many;
    }

    /** In the whole seconds before this one. */
    long before(long second) {
        return within(second - seconds, second - 1);
    }

    /** In this second, as far as it is over, and in those before it. */
    long until(long second) {
        return within(second - seconds, second);
    }

    private long within(long first, long last) {
        long sum = 0;
        for (int i = 0; i < counts.length; i++) {
            if (at[i] >= first && at[i] <= last) {
                sum += counts[i];
            }
        }
        return sum;
    }

    long all() {
        return all;
    }
}
