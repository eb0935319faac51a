package io.parley.internal.recorder;

/**
 * Which messages are recorded when there are too many of them. It goes by the message's number alone, so that all peers choose the same
 * ones: what is chosen at one level is chosen at all lower ones too. The level follows the rate at which steps come to be recorded.
 *
 * <p>Thread-safe.
 */
final class Sampling {

    private static final int HIGHEST = 20;
    private static final long SECOND = 1_000_000_000;

    private final long stepsPerSecond;
    private final long burst;
    private volatile Choice choice;

    private volatile int level;
    /** How many steps may come before the level rises. Guarded by this object, as are those below. */
    private long allowance;

    private boolean everLooked;
    private long lookedAt;
    private long stepsSinceBeat;
    private long beatAt;

    /** @param stepsPerSecond how many are recorded for long; 0 for none at all */
    Sampling(long stepsPerSecond, long burst) {
        this.stepsPerSecond = stepsPerSecond;
        this.burst = burst;
        allowance = burst;
        choice = stepsPerSecond == 0 ? Choice.NONE : Choice.ALL;
    }

    /** What is recorded at this moment. */
    Choice choice() {
        return choice;
    }

    /** Of two to this power messages one is recorded. */
    int level() {
        return level;
    }

    /** So many steps have been recorded since this was called last. */
    synchronized void onRecorded(int steps, long now) {
        if (!everLooked) {
            everLooked = true;
            lookedAt = now;
            beatAt = now;
        }
        stepsSinceBeat += steps;
        long elapsed = Math.min(now - lookedAt, SECOND);
        lookedAt = now;
        allowance = Math.min(burst, allowance + elapsed * stepsPerSecond / SECOND) - steps;
        if (allowance < 0 && level < HIGHEST) {
            move(level + 1);
            allowance = burst / 4;
        } else if (allowance > burst * 3 / 4 && level > 0) {
            move(level - 1);
            allowance = burst / 2;
        }
    }

    /** Once per heartbeat interval: if little came meanwhile, more of it is recorded. */
    synchronized void onBeat(long now) {
        if (!everLooked || level == 0 || now <= beatAt) {
            return;
        }
        double offered = stepsSinceBeat * (double) (1L << level) * SECOND / (now - beatAt);
        int enough = 0;
        while (enough < level && offered / (1L << enough) > stepsPerSecond) {
            enough++;
        }
        if (enough < level) {
            move(enough);
            allowance = burst;
        }
        stepsSinceBeat = 0;
        beatAt = now;
    }

    private void move(int to) {
        level = to;
        choice = Choice.ofLevel(to);
    }
}
