package io.parley.observe;

/**
 * Is told each step of each message of a peer. Called from whichever thread took the step, so it must be thread-safe, quick and
 * must not block. What it throws is logged and does not disturb the traffic.
 */
@FunctionalInterface
public interface FlowTap {

    void onFlow(FlowEvent event);
}
