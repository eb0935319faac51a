package io.parley.internal;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Keeps messages from their handlers while much has piled up before the port: until all that is there has been read, the CANCELs among it.
 * Confined to the I/O context.
 */
final class HeldUp {

    /** How often it looks whether frames still come. To look more often would be to look before the port has read on. */
    private static final Duration LOOK = Duration.ofMillis(1);

    /** So many looks in a row without a frame, and there is nothing left to read. */
    private static final int QUIET_LOOKS = 3;

    /** What is held does not wait longer than this, whatever comes. */
    private static final int MOST_LOOKS = 256;

    private final Core core;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private boolean holding;
    private boolean heard;
    private int looks;
    private int quiet;

    HeldUp(Core core) {
        this.core = core;
    }

    /** Holds what comes, and what comes after it. */
    void hold() {
        if (!holding) {
            holding = true;
            looks = 0;
            quiet = 0;
            lookLater();
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

    boolean isHolding() {
        return holding;
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
        for (Runnable handOver = held.poll(); handOver != null; handOver = held.poll()) {
            handOver.run();
        }
    }
}
