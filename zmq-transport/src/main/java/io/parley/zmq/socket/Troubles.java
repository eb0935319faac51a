package io.parley.zmq.socket;

import java.time.Duration;
import java.util.Arrays;

/**
 * Tells the port's listener of what strangers do as often as they like: at most once for each kind and second. A report speaks for all
 * that came since the one before.
 *
 * <p>Thread-safe. Reports are made in the loop.
 */
final class Troubles {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final IoLoop loop;
    private final Count[] counts = new Count[Kind.values().length];

    enum Kind {
        PROTOCOL("A connection broke the protocol"),
        STUMBLE("A connection made a socket stumble"),
        REFUSED("A connection was refused"),
        DROPPED("A publication that is no frame was dropped"),
        HUNG_UP("A connection was hung up on"),
        LISTENER("A socket or listener failed");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    private static final class Count {
        int untold;
        boolean pausing;
        String latest = "";
    }

    Troubles(IoLoop loop) {
        this.loop = loop;
        Arrays.setAll(counts, kind -> new Count());
    }

    void add(Kind kind, String detail) {
        Count count = counts[kind.ordinal()];
        synchronized (count) {
            count.untold++;
            count.latest = detail;
            if (count.pausing) {
                return;
            }
            count.pausing = true;
        }
        loop.execute(() -> report(kind, count));
    }

    private void report(Kind kind, Count count) {
        String what;
        synchronized (count) {
            if (count.untold == 0) {
                count.pausing = false;
                return;
            }
            what = kind.text + ", " + count.untold + " times: " + count.latest;
            count.untold = 0;
        }
        loop.timers().schedule(PAUSE, () -> loop.execute(() -> report(kind, count)));
        loop.onTrouble(what);
    }
}
