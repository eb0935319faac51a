package io.parley.simulation;

import io.parley.transport.Feed;
import io.parley.transport.FeedListener;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.Transport;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Throws at once where it is asked to connect to certain addresses, for as long as they are refused. Confined to one thread. */
final class RefusingTransport implements Transport {

    private final Transport to;
    private final Set<String> refused = new HashSet<>();
    private final Map<String, Integer> attempts = new HashMap<>();

    RefusingTransport(Transport to) {
        this.to = to;
    }

    RefusingTransport refuse(String address) {
        refused.add(address);
        return this;
    }

    void admit(String address) {
        refused.remove(address);
    }

    /** How often it was asked to connect there. */
    int attempts(String address) {
        return attempts.getOrDefault(address, 0);
    }

    private void require(String address) {
        attempts.merge(address, 1, Integer::sum);
        if (refused.contains(address)) {
            throw new IllegalArgumentException("nothing is there");
        }
    }

    @Override
    public Port open(PortOptions options, PortListener listener) {
        return new ForwardingPort(to.open(options, listener)) {
            @Override
            public Link connect(String address, LinkListener linkListener) {
                require(address);
                return super.connect(address, linkListener);
            }

            @Override
            public Feed openFeed(String publishAddress, FeedListener feedListener) {
                require(publishAddress);
                return super.openFeed(publishAddress, feedListener);
            }
        };
    }
}
