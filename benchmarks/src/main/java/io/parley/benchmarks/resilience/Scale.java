package io.parley.benchmarks.resilience;

import java.time.Duration;
import java.util.List;

/**
 * How long and how large everything is tried. Immutable.
 *
 * @param rate messages of each kind a second
 * @param driving for how long they are sent while instances are restarted or killed
 * @param freeze how long an instance is frozen
 * @param hole how long the network passes nothing on
 * @param heaps maximum heaps of attacked peers, in MiB
 * @param share which part of each attack's full size is used: 1 divided by this
 */
record Scale(int rate, Duration driving, Duration freeze, Duration hole, List<Integer> heaps, int share) {

    Scale {
        heaps = List.copyOf(heaps);
    }

    static Scale full() {
        return new Scale(
                1_000,
                Duration.ofSeconds(20),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                List.of(64, 256, 1024),
                1);
    }

    /** To see that everything works. What it measures means nothing. */
    static Scale quick() {
        return new Scale(100, Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(1), List.of(128), 50);
    }

    Scale withHeaps(List<Integer> others) {
        return new Scale(rate, driving, freeze, hole, others, share);
    }
}
