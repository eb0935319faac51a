package io.parley.loadbalance;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The instances that a {@link Picker} may choose from. Immutable, though what each {@link Candidate} answers changes.
 *
 * @param own the metadata of the peer that sends
 * @param all at least one, in a steady order
 * @param random where chance is to come from; safe to share between threads, and does not lock
 */
public record Candidates(Map<String, String> own, List<Candidate> all, RandomGenerator random) {

    public Candidates {
        own = Map.copyOf(own);
        all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("There is nothing to choose from");
        }
    }

    public int size() {
        return all.size();
    }

    /** Those at certain places only. */
    Candidates at(int[] places) {
        return new Candidates(own, IntStream.of(places).mapToObj(all::get).toList(), random);
    }

    /** As an array, which is quicker to look into. */
    Candidate[] toArray() {
        return all.toArray(Candidate[]::new);
    }
}
