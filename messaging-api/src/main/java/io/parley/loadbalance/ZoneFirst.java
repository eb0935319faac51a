package io.parley.loadbalance;

import io.parley.channel.ChannelName;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The own zone as far as it will go, then the others. Immutable. */
final class ZoneFirst implements LoadBalancer {

    static final String ZONE = "zone";

    /**
     * Eight for each of the eight handlers that a peer runs at a time at least: what waits behind so many is better off in another zone,
     * some milliseconds away at most.
     */
    static final int MOST_OUTSTANDING = 64;

    private final LoadBalancer within;
    private final int most;

    ZoneFirst(LoadBalancer within, int most) {
        this.within = Objects.requireNonNull(within, "within");
        if (most < 1) {
            throw new IllegalArgumentException("An instance must be allowed one request at least: " + most);
        }
        this.most = most;
    }

    @Override
    public Picker picker(Candidates candidates) {
        String zone = candidates.own().get(ZONE);
        IntPredicate isNear = place -> zone != null
                && zone.equals(candidates.all().get(place).instance().metadata().get(ZONE));
        int[] near = places(candidates, isNear);
        int[] far = places(candidates, isNear.negate());
        return near.length == 0 || far.length == 0
                ? within.picker(candidates)
                : new Zones(new Part(candidates, near, within, most), new Part(candidates, far, within, most));
    }

    private static int[] places(Candidates candidates, IntPredicate which) {
        return IntStream.range(0, candidates.size()).filter(which).toArray();
    }

    /** The own zone, and all others together. Immutable. */
    private record Zones(Part near, Part far) implements Picker {

        @Override
        public int pick(ChannelName channel, @Nullable String key) {
            int chosen = near.pick(channel, key);
            if (!near.isSaturated(chosen)) {
                return near.place(chosen);
            }
            int other = far.pick(channel, key);
            return far.isSaturated(other) ? near.place(chosen) : far.place(other);
        }
    }

    /** Some of the candidates. Immutable. */
    private static final class Part {

        private final Candidate[] candidates;
        private final int[] places;
        private final Picker picker;
        private final int most;

        Part(Candidates all, int[] places, LoadBalancer within, int most) {
            Candidates some = all.at(places);
            candidates = some.toArray();
            this.places = places;
            picker = within.picker(some);
            this.most = most;
        }

        /** What the picker says, or if that is saturated, the next one that is not; if all are, what the picker says. */
        int pick(ChannelName channel, @Nullable String key) {
            int chosen = picker.pick(channel, key);
            for (int i = 0; i < candidates.length; i++) {
                int other = (chosen + i) % candidates.length;
                if (!isSaturated(other)) {
                    return other;
                }
            }
            return chosen;
        }

        boolean isSaturated(int which) {
            return !candidates[which].hasRoom() || candidates[which].outstanding() >= most;
        }

        int place(int which) {
            return places[which];
        }
    }
}
