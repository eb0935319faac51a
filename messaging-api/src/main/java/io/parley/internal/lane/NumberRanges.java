package io.parley.internal.lane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A set of numbers as ranges, in order and as few as possible. Made for numbers that come nearly in order, from several threads that take
 * turns: a number that continues the last range, or fills the place before it, is added in a few steps. Not thread-safe.
 */
public final class NumberRanges {

    private static final int SMALLEST = 8;
    /** Of numbers in one range. */
    private static final int MOST = Integer.MAX_VALUE;

    private long[] firsts = new long[SMALLEST];
    private int[] counts = new int[SMALLEST];
    private int size;

    /** Adds the numbers from {@code first} to {@code first + count - 1}, none of which is in the set yet. */
    public void add(long first, int count) {
        int at = size;
        while (at > 0 && firsts[at - 1] > first) {
            at--;
        }
        boolean joinsLower = at > 0 && firsts[at - 1] + counts[at - 1] == first && counts[at - 1] < MOST - count;
        boolean joinsUpper = at < size && first + count == firsts[at] && counts[at] < MOST - count;
        if (joinsLower && joinsUpper && counts[at - 1] < MOST - count - counts[at]) {
            counts[at - 1] += count + counts[at];
            remove(at);
        } else if (joinsLower) {
            counts[at - 1] += count;
        } else if (joinsUpper) {
            firsts[at] = first;
            counts[at] += count;
        } else {
            insert(at, first, count);
        }
    }

    /** Adds all numbers of {@code others}, none of which is in this set yet. */
    public void addAll(NumberRanges others) {
        for (int i = 0; i < others.size; i++) {
            add(others.firsts[i], others.counts[i]);
        }
    }

    /** Takes out the numbers from {@code from} to before {@code to}; answers how many of them were in the set. */
    public long removeAll(long from, long to) {
        long removed = 0;
        int at = 0;
        while (at < size && firsts[at] + counts[at] <= from) {
            at++;
        }
        while (at < size && firsts[at] < to) {
            long first = firsts[at];
            long end = first + counts[at];
            long cutFrom = Math.max(from, first);
            long cutTo = Math.min(to, end);
            removed += cutTo - cutFrom;
            remove(at);
            if (cutFrom > first) {
                insert(at++, first, (int) (cutFrom - first));
            }
            if (cutTo < end) {
                insert(at++, cutTo, (int) (end - cutTo));
            }
        }
        return removed;
    }

    /** Takes out the lowest range, of which there must be one. */
    public void removeFirst() {
        remove(0);
    }

    private void insert(int at, long first, int count) {
        if (size == firsts.length) {
            firsts = Arrays.copyOf(firsts, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
        }
        System.arraycopy(firsts, at, firsts, at + 1, size - at);
        System.arraycopy(counts, at, counts, at + 1, size - at);
        firsts[at] = first;
        counts[at] = count;
        size++;
    }

    private void remove(int at) {
        size--;
        System.arraycopy(firsts, at + 1, firsts, at, size - at);
        System.arraycopy(counts, at + 1, counts, at, size - at);
    }

    public void clear() {
        size = 0;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Returns the number of ranges. */
    public int size() {
        return size;
    }

    /** Returns the first number of each range, in ascending order. */
    public List<Long> firsts() {
        var all = new ArrayList<Long>(size);
        for (int i = 0; i < size; i++) {
            all.add(firsts[i]);
        }
        return all;
    }

    /** Returns how many numbers there are in each range, in the order of {@link #firsts}. */
    public List<Integer> counts() {
        var all = new ArrayList<Integer>(size);
        for (int i = 0; i < size; i++) {
            all.add(counts[i]);
        }
        return all;
    }
}
