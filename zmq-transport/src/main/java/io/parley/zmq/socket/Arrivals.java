package io.parley.zmq.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.parley.transport.Port;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.io.Metadata;
import zmq.msg.MsgAllocator;

/**
 * Makes the messages that arrive over one accepted connection, and looks at each when it is complete, before it enters a queue of JeroMQ's.
 * So it stands between a stranger and memory: it bounds what a message may take before the connection has proved itself, hands on only
 * what may be a frame or subscription of Parley's, and hangs up on whoever sends anything else.
 *
 * <p>JeroMQ does not say which connection a message came from. Each connection's decoder is therefore given an instance of its own, and
 * the connection is found by the address that JeroMQ puts into the metadata of its first message. That address can be forged by a
 * property of the same name in the handshake: whoever says such a property is not found, and hung up on as one who stays silent. So are
 * connections of ZMTP 2 and 1, whose messages have no metadata.
 *
 * <p>Confined to the I/O loop's thread.
 */
final class Arrivals implements MsgAllocator {

    /** What a handshake may take, however small the frames are. */
    static final int HANDSHAKE_BYTES = 2048;

    private static final byte[] NOTHING = {};
    private static final byte[] ADDRESS = Metadata.PEER_ADDRESS.getBytes(US_ASCII);

    private final Connections connections;
    private final int mostBytes;
    private final SpareFrames spare;
    /** The first message, until the second one is complete. */
    private @Nullable Msg handshake;

    private boolean sought;
    private @Nullable Connection connection;
    private @Nullable String fault;

    /** @param mostBytes a bound on a message */
    Arrivals(Connections connections, int mostBytes, SpareFrames spare) {
        this.connections = connections;
        this.mostBytes = mostBytes;
        this.spare = spare;
    }

    @Override
    public Msg allocate(int size) {
        int most = mostBytes();
        if (fault == null && (size < 0 || size > most)) {
            fault = "A message of " + (size < 0 ? "a negative number of" : size) + " octets, where " + most
                    + " are taken at most";
        }
        var message = new FromAccepted(fault == null ? spare.take(size) : NOTHING);
        if (handshake == null && !sought) {
            handshake = message;
        }
        return message;
    }

    private int mostBytes() {
        if (connection != null) {
            return mostBytes;
        }
        return handshake == null && !sought ? HANDSHAKE_BYTES : Math.min(mostBytes, Port.MAX_FIRST_FRAME_BYTES);
    }

    /** Whether {@code message}, which is complete, may enter the socket's queue. */
    private boolean admits(FromAccepted message, Metadata metadata) {
        if (!sought) {
            identify(metadata);
        }
        Connection from = connection;
        if (from == null) {
            return false;
        }
        if (fault == null && message.size() == 0) {
            fault = "An empty message";
        } else if (fault == null && message.isPart()) {
            fault = "A message of several parts";
        }
        if (fault != null) {
            connections.hangUp(from, fault);
            return false;
        }
        return !from.isHungUp() && connections.admits(from, message);
    }

    private void identify(Metadata metadata) {
        Msg said = handshake;
        sought = true;
        handshake = null;
        if (said != null && indexOf(said.data(), ADDRESS) < 0) {
            connection = connections.find(metadata.get(Metadata.PEER_ADDRESS));
        }
    }

    private static int indexOf(byte[] octets, byte[] sought) {
        for (int i = 0; i <= octets.length - sought.length; i++) {
            int matching = 0;
            while (matching < sought.length && octets[i + matching] == sought[matching]) {
                matching++;
            }
            if (matching == sought.length) {
                return i;
            }
        }
        return -1;
    }

    /** The connection that {@code message} came from; null if it is none that arrived over an accepted connection. */
    static @Nullable Connection connectionOf(Msg message) {
        return message instanceof FromAccepted accepted ? accepted.connection() : null;
    }

    /** JeroMQ drops a command that is none of its own; that is how a message is kept out. */
    private final class FromAccepted extends Arrived {

        private boolean admitted;

        FromAccepted(byte[] octets) {
            super(octets);
        }

        @Override
        public boolean isCommand() {
            return !admitted || super.isCommand();
        }

        /** The last that JeroMQ's engine does to a message before it queues it, if it speaks ZMTP 3. */
        @Override
        public Msg setMetadata(Metadata metadata) {
            super.setMetadata(metadata);
            admitted = !super.isCommand() && admits(this, metadata);
            return this;
        }

        @Nullable
        Connection connection() {
            return connection;
        }
    }
}
