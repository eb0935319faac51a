package io.parley.loadbalance;

import io.parley.channel.ChannelName;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Of two different ones the less busy; where they are equal, either. Immutable. */
final class PowerOfTwoChoices implements Picker {

    private final Candidate[] candidates;
    private final RandomGenerator random;

    PowerOfTwoChoices(Candidates candidates) {
        this.candidates = candidates.toArray();
        random = candidates.random();
    }

    @Override
    public int pick(ChannelName channel, @Nullable String key) {
        int one = random.nextInt(candidates.length);
        if (candidates.length == 1) {
            return one;
        }
        int other = random.nextInt(candidates.length - 1);
        if (other >= one) {
            other++;
        }
        return load(candidates[other]) < load(candidates[one]) ? other : one;
    }

    private static int load(Candidate candidate) {
        return candidate.hasRoom() ? candidate.outstanding() : Integer.MAX_VALUE;
    }
}
