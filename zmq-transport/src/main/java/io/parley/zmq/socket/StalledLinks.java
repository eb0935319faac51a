package io.parley.zmq.socket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Links whose last frame was refused. They are asked again in every turn of the loop, as a socket with room again signals; and
 * now and then without one, as a signal may have been used up.
 *
 * <p>Confined to the I/O loop's thread.
 */
final class StalledLinks {

    private static final Duration AGAIN = Duration.ofMillis(10);

    private final IoLoop loop;
    private List<Waiting> stalled = new ArrayList<>();
    private boolean scheduled;

    StalledLinks(IoLoop loop) {
        this.loop = loop;
    }

    void add(Waiting link) {
        if (!stalled.contains(link)) {
            stalled.add(link);
        }
        schedule();
    }

    void retry() {
        if (!stalled.isEmpty()) {
            List<Waiting> asked = stalled;
            stalled = new ArrayList<>();
            asked.forEach(link -> loop.guarded(link::onMaybeRoom));
        }
    }

    void clear() {
        stalled.clear();
    }

    /** The task that it hands over gives the loop a turn. */
    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            loop.timers()
                    .schedule(
                            AGAIN,
                            () -> loop.execute(() -> {
                                scheduled = false;
                                if (!stalled.isEmpty()) {
                                    schedule();
                                }
                            }));
        }
    }
}
