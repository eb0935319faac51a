package io.parley.samples.guide;

import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.discovery.Discovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryTransport;
import java.util.ArrayList;
import java.util.List;

/** Peers in one process, without sockets, closed together. */
final class InMemoryMesh implements AutoCloseable {

    // tag::memory[]
    private final Transport transport = InMemoryTransport.create();
    private final Discovery discovery = InMemoryDiscovery.create();

    PeerBuilder builder(String service) {
        return Peer.named(service).transport(transport).discovery(discovery);
    }
    // end::memory[]

    private final List<Peer> peers = new ArrayList<>();

    Peer open(String service) {
        return keep(builder(service).open());
    }

    Peer keep(Peer peer) {
        peers.add(peer);
        return peer;
    }

    @Override
    public void close() {
        peers.forEach(Peer::close);
    }
}
