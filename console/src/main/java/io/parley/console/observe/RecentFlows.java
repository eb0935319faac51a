package io.parley.console.observe;

import io.parley.console.flow.Flow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/** The latest flows, so many and no more. Thread-safe. */
final class RecentFlows {

    private static final int MOST = 20_000;

    private final ArrayDeque<Flow> flows = new ArrayDeque<>();

    synchronized void add(List<Flow> more) {
        flows.addAll(more);
        while (flows.size() > MOST) {
            flows.remove();
        }
    }

    synchronized List<Flow> latest(Predicate<Flow> filter, int most) {
        var found = new ArrayList<Flow>();
        for (Iterator<Flow> latest = flows.descendingIterator(); latest.hasNext() && found.size() < most; ) {
            Flow flow = latest.next();
            if (filter.test(flow)) {
                found.add(flow);
            }
        }
        Collections.reverse(found);
        return found;
    }
}
