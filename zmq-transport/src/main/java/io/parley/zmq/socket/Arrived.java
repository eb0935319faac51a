package io.parley.zmq.socket;

import zmq.Msg;

/**
 * A message as it arrives. A part of a longer one is made a message of its own, which the high-water mark counts: JeroMQ takes parts of
 * a message that never ends without bound. Its receiver is told, as no frame of Parley has parts.
 *
 * <p>Confined to the I/O loop's thread.
 */
class Arrived extends Msg {

    private boolean part;

    Arrived(byte[] octets) {
        super(octets);
    }

    @Override
    public void setFlags(int flags) {
        part |= (flags & MORE) != 0;
        super.setFlags(flags & ~MORE);
    }

    /** Whether more parts were to follow. */
    final boolean isPart() {
        return part;
    }

    /** Whether {@code message} had parts that were to follow. */
    static boolean isPart(Msg message) {
        return message instanceof Arrived arrived && arrived.isPart();
    }
}
