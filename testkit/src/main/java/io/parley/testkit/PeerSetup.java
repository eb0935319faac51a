package io.parley.testkit;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.discovery.Discovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Opens the peers under test. The contracts of peers extend this interface; a transport's test implements {@link PeerContract}. */
public interface PeerSetup {

    /** The longest wait for an event that must come, and the timeout of requests. */
    Duration PATIENCE = Duration.ofSeconds(60);

    /** So long that a process which stands still for seconds, on a machine with much to do, keeps its links. */
    Duration HEARTBEAT = Duration.ofSeconds(10);

    /** Returns the transport under test, over which all peers of one test reach each other: the same one at each call within a test. */
    Transport transport();

    /** Returns a new mesh of peers over {@link #transport()}, for the test to close. */
    default Mesh mesh() {
        return new Mesh(transport());
    }

    /** Opens peers for one test, which find each other through a discovery of their own, and closes them all. */
    final class Mesh implements AutoCloseable {

        private final Transport transport;
        private final Discovery discovery = InMemoryDiscovery.create();
        private final List<Peer> peers = new ArrayList<>();

        Mesh(Transport transport) {
            this.transport = transport;
        }

        /** Returns a builder of a peer that reaches the others. The peer has to be {@linkplain #add added}. */
        PeerBuilder builder(String service) {
            return Peer.named(service)
                    .transport(transport)
                    .discovery(discovery)
                    .defaultTimeout(PATIENCE)
                    .limits(Limits.defaults().withHeartbeat(HEARTBEAT));
        }

        Discovery discovery() {
            return discovery;
        }

        /** Opens a peer with default settings, which is closed with this mesh. */
        Peer open(String service) {
            return add(builder(service).open());
        }

        /** Closes {@code peer} with this mesh. */
        Peer add(Peer peer) {
            peers.add(peer);
            return peer;
        }

        @Override
        public void close() {
            peers.forEach(peer -> peer.close(Duration.ofSeconds(1)));
        }
    }
}
