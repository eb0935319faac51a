package io.parley.zmq.socket;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A TCP connection that a bound socket has accepted. Confined to the I/O loop's thread. */
final class Connection {

    private final SocketChannel channel;
    private final String address;
    private final long bytes;
    private final SubscriptionLedger.Account subscriptions = new SubscriptionLedger.Account();
    private boolean proved;
    private int age;
    private @Nullable String reason;

    /**
     * @param address the remote one, as JeroMQ puts it into metadata
     * @param bytes what it takes of memory
     */
    Connection(SocketChannel channel, String address, long bytes) {
        this.channel = channel;
        this.address = address;
        this.bytes = bytes;
    }

    SocketChannel channel() {
        return channel;
    }

    String address() {
        return address;
    }

    /** What it takes of memory. */
    long bytes() {
        return bytes;
    }

    /** What it has subscribed to; empty if it is a link. */
    SubscriptionLedger.Account subscriptions() {
        return subscriptions;
    }

    /** Whether it has sent something that a peer would. */
    boolean isProved() {
        return proved;
    }

    void prove() {
        proved = true;
    }

    /** Counts how often it was found unproved. */
    int growOlder() {
        return ++age;
    }

    boolean isHungUp() {
        return reason != null;
    }

    /** Why it was hung up on; null if it was not. */
    @Nullable
    String reason() {
        return reason;
    }

    /**
     * Ends the connection. JeroMQ's engine sees the end of what it reads and tidies up as it does for every lost connection; of a channel
     * that is closed under it it would hear nothing.
     */
    void hangUp(String why) {
        if (reason != null) {
            return;
        }
        reason = why;
        try {
            channel.shutdownInput();
        } catch (IOException e) {
            close();
        }
    }

    /** Closes it before JeroMQ's engine begins to read from it, which then finds it closed. */
    void close() {
        reason = "closed";
        try {
            channel.close();
        } catch (IOException e) {
            // Closed as far as it can be.
            reason = "closed: " + e;
        }
    }
}
