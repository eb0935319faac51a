package io.parley.internal.dispatch;

import io.parley.internal.runtime.PeerContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Keeps the messages of links that were held up from their handlers while much has piled up before the port: until all that is there has
 * been read, the CANCELs among it. A CANCEL comes by the link of its request: so what other links bring is not kept, and no link can make
 * others wait by being slow, or by saying that it is.
 *
 * <p>Confined to the I/O context.
 */
final class HeldBackMessages {

    /** How often it looks whether frames still come. To look more often would be to look before the port has read on. */
    private static final Duration LOOK = Duration.ofMillis(1);

    /** So many looks in a row without a frame, and there is nothing left to read. */
    private static final int QUIET_LOOKS = 3;

    /** What is held does not wait longer than this, whatever comes. */
    private static final int MOST_LOOKS = 256;

    private final PeerContext core;
    private final Set<ReplyPath> links = Collections.newSetFromMap(new IdentityHashMap<>());
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private boolean holding;
    private boolean heard;
    private int looks;
    private int quiet;

    HeldBackMessages(PeerContext core) {
        this.core = core;
    }

    /** Holds what comes by {@code link}, and what comes by it afterwards. */
    void hold(ReplyPath link) {
        if (!holding) {
            holding = true;
            looks = 0;
            quiet = 0;
            lookLater();
        }
        if (links.add(link)) {
            quiet = 0;
        }
    }

    /** A frame was read. */
    void onFrame() {
        heard = true;
    }

    /** Runs {@code handOver} when nothing is held any more. */
    void add(Runnable handOver) {
        held.add(handOver);
    }

    boolean isHolding(ReplyPath link) {
        return holding && links.contains(link);
    }

    private void lookLater() {
        core.time.schedule(LOOK, () -> core.port().execute(this::onLook));
    }

    private void onLook() {
        quiet = heard ? 0 : quiet + 1;
        heard = false;
        if (quiet < QUIET_LOOKS && ++looks < MOST_LOOKS) {
            lookLater();
            return;
        }
        holding = false;
        links.clear();
        handOver();
    }

    private void handOver() {
        for (Runnable next = held.poll(); next != null; next = held.poll()) {
            try {
                next.run();
            } catch (Throwable e) {
                // The others are handed over all the same, before anything that comes.
                core.uncaught.uncaughtException(Thread.currentThread(), e);
            }
        }
    }
}
