package io.parley.loadbalance;

import io.parley.channel.ChannelName;
import org.jspecify.annotations.Nullable;

/**
 * Each key has its own order of the instances, by a score of both; the first with room takes it. The score goes by the instance's name,
 * so that one which starts anew under its name has its keys again. Immutable.
 */
final class RendezvousHashing implements Picker {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final Candidate[] candidates;
    private final long[] seeds;
    private final Picker withoutKey;

    RendezvousHashing(Candidates candidates) {
        this.candidates = candidates.toArray();
        seeds = new long[this.candidates.length];
        for (int i = 0; i < seeds.length; i++) {
            seeds[i] = mix(hash(this.candidates[i].instance().name()));
        }
        withoutKey = new PowerOfTwoChoices(candidates);
    }

    @Override
    public int pick(ChannelName channel, @Nullable String key) {
        if (key == null) {
            return withoutKey.pick(channel, null);
        }
        long hash = hash(key);
        int best = 0;
        int bestWithRoom = -1;
        long bestScore = Long.MIN_VALUE;
        long bestScoreWithRoom = Long.MIN_VALUE;
        for (int i = 0; i < seeds.length; i++) {
            long score = mix(hash ^ seeds[i]);
            if (score > bestScore) {
                bestScore = score;
                best = i;
            }
            if (score > bestScoreWithRoom && candidates[i].hasRoom()) {
                bestScoreWithRoom = score;
                bestWithRoom = i;
            }
        }
        return bestWithRoom >= 0 ? bestWithRoom : best;
    }

    /** FNV-1a of the text's UTF-16 units: the same in every process. */
    private static long hash(String text) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    /** Lets every bit of the input bear on every bit of the outcome: the finaliser of MurmurHash3. */
    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
