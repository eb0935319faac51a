package io.parley.zmq.socket;

import io.parley.transport.MemoryBudget;

/**
 * Pays for the connections to a port's bound sockets from the port's memory: three quarters of it at most, and an eighth of it for those
 * that have not proved themselves.
 *
 * <p>Thread-safe.
 */
final class ConnectionMemory {

    private static final int STRANGERS = 8;

    /** However little memory there is, a few newcomers find room, or nobody could connect at all. */
    private static final int FEW = 8;

    private final MemoryBudget accepted;
    private final MemoryBudget strangers;

    /** @param each what a connection usually takes */
    ConnectionMemory(MemoryBudget memory, long each) {
        accepted = memory.part(Math.max(memory.capacity() / 4 * 3, FEW * each));
        strangers = accepted.part(Math.max(memory.capacity() / STRANGERS, FEW * each));
    }

    /** Whether more than half is used up, so that newcomers should take little. */
    boolean isShort() {
        return accepted.available() < accepted.capacity() / 2;
    }

    /** Pays for a newcomer; false if there is no room for it. */
    boolean admit(long bytes) {
        return strangers.tryReserve(bytes);
    }

    /** A newcomer has proved itself, and leaves its place to the next. */
    void prove(long bytes) {
        strangers.leaveToWhole(bytes);
    }

    void release(long bytes, boolean proved) {
        (proved ? accepted : strangers).release(bytes);
    }

    String describe() {
        return "there is no room: those not heard of yet hold " + strangers.reserved() + " of " + strangers.capacity()
                + " bytes, all " + accepted.reserved() + " of " + accepted.capacity();
    }
}
