package io.parley.testkit;

import io.parley.transport.Transport;

/**
 * Makes the {@link Transport} under test and opens ports on it. The contracts of a transport extend this interface; a transport's test
 * extends {@link TransportContract}, which includes all of them.
 */
public interface TransportSetup {

    /** The largest frame that the ports under test take, in bytes. */
    int MAX_FRAME = 64 * 1024;

    /** The number of frames that a link of the ports under test queues at least. */
    int MAX_QUEUED = 200;

    /** Returns a transport under test. The ports that one test opens on the results of one or more calls reach each other. */
    Transport create();

    /** Returns a transport whose ports always have the same two addresses: a port replaces the previous one, which was closed. */
    Transport createAtFixedAddress();

    /** Opens a port that is closed and checked after the test. */
    PortProbe open(Transport transport);
}
