package io.parley.internal.health;

import io.parley.environment.Environment;
import io.parley.internal.wire.Control.Reject;
import java.time.Duration;

/** How long a peer waits before it dials an instance again. Stateless. */
public final class RedialPauses {

    private static final Duration FIRST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofSeconds(3);

    /** After a rejection that the next attempt will most likely meet as well: SHOULD NOT try again soon, says the wire protocol. */
    private static final Duration REFUSED = Duration.ofSeconds(30);

    private RedialPauses() {}

    /**
     * Returns a random time from half of the pause up to all of it.
     *
     * @param failures how many links in a row have failed, at least 1
     * @param rejectedWith the code of REJECT if the last one ended so, else 0
     */
    public static Duration next(int failures, int rejectedWith, Environment environment) {
        boolean isRefused = rejectedWith == Reject.VERSION || rejectedWith == Reject.UNAUTHORIZED;
        long pause = isRefused
                ? REFUSED.toMillis()
                : Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(failures, 10));
        return Duration.ofMillis(pause / 2 + environment.random().nextInt((int) pause / 2 + 1));
    }
}
