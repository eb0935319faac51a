package io.parley.console.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Brings things into an order in which each stands after those that it needs, and as they stood otherwise. Where they need each other, it
 * gives in. Confined to one thread.
 */
final class TopologicalSort {

    private final List<List<Integer>> followers = new ArrayList<>();
    private final List<List<Integer>> successors = new ArrayList<>();
    /** How many of those that each needs have no place yet; and how many of those that it should follow. */
    private final int[] needs;

    private final int[] wishes;
    private final boolean[] isPlaced;

    /** @param count how many things there are, numbered as they stand */
    TopologicalSort(int count) {
        needs = new int[count];
        wishes = new int[count];
        isPlaced = new boolean[count];
        for (int i = 0; i < count; i++) {
            followers.add(new ArrayList<>());
            successors.add(new ArrayList<>());
        }
    }

    void need(int earlier, int later) {
        followers.get(earlier).add(later);
        needs[later]++;
    }

    /** As {@link #need}, but this is what is given up first. */
    void wish(int earlier, int later) {
        successors.get(earlier).add(later);
        wishes[later]++;
    }

    /** All numbers, in the order sought. To be called once. */
    List<Integer> order() {
        var order = new ArrayList<Integer>(needs.length);
        var ready = new PriorityQueue<Integer>();
        for (int i = 0; i < needs.length; i++) {
            addIfReady(i, ready);
        }
        while (order.size() < needs.length) {
            Integer next = ready.poll();
            if (next == null) {
                next = leastBound();
            }
            if (!isPlaced[next]) {
                isPlaced[next] = true;
                order.add(next);
                followers.get(next).forEach(follower -> needs[follower]--);
                successors.get(next).forEach(successor -> wishes[successor]--);
                followers.get(next).forEach(follower -> addIfReady(follower, ready));
                successors.get(next).forEach(successor -> addIfReady(successor, ready));
            }
        }
        return order;
    }

    private void addIfReady(int number, PriorityQueue<Integer> ready) {
        if (needs[number] == 0 && wishes[number] == 0) {
            ready.add(number);
        }
    }

    private int leastBound() {
        int first = -1;
        for (int i = 0; i < needs.length; i++) {
            if (!isPlaced[i] && needs[i] == 0) {
                return i;
            }
            if (!isPlaced[i] && first < 0) {
                first = i;
            }
        }
        return first;
    }
}
