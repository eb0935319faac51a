package io.parley.zmq.socket;

import io.parley.transport.MemoryBudget;

/**
 * Pays for the connections to a port's bound sockets from the peer's memory: half of it at most, and an eighth of it for those that have not
 * proved themselves.
 *
 * <p>Thread-safe.
 */
final class ConnectionMemory {

    private static final int ACCEPTED = 2;
    private static final int STRANGERS = 8;

    /** However little memory there is, a few newcomers find room, or nobody could connect at all. */
    private static final int FEW = 8;

    private final long each;
    private final MemoryBudget accepted;
    private final MemoryBudget strangers;

    ConnectionMemory(MemoryBudget memory, long each) {
        this.each = each;
        accepted = memory.part(Math.max(memory.capacity() / ACCEPTED, FEW * each));
        strangers = accepted.part(Math.max(memory.capacity() / STRANGERS, FEW * each));
    }

    /** Pays for a newcomer; false if there is no room for it. */
    boolean admit() {
        return strangers.tryReserve(each);
    }

    /** A newcomer has proved itself, and leaves its place to the next. */
    void prove() {
        strangers.leaveToWhole(each);
    }

    void release(boolean proved) {
        (proved ? accepted : strangers).release(each);
    }

    String describe() {
        return "its " + each + " bytes find no room: of those not heard of yet hold "
                + strangers.reserved() + " of " + strangers.capacity() + ", all " + accepted.reserved() + " of "
                + accepted.capacity();
    }
}
