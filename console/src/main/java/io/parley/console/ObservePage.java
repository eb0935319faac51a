package io.parley.console;

import io.parley.Peer;
import io.parley.console.observe.DepartureTracker;
import io.parley.console.observe.Observatory;
import io.parley.console.web.PageHost;
import io.parley.discovery.Discovery;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The page and all behind it: the peer by which it takes part, and what it sees through that. Thread-safe. */
final class ObservePage implements AutoCloseable {

    /** Payloads for the channels of the samples' shop. */
    static final Map<String, String> SHOP = Map.of(
            "orders/place", "{\"id\":\"42\",\"customer\":\"Ada\",\"product\":\"tea\",\"quantity\":2}",
            "payment/authorise", "{\"order\":\"42\",\"customer\":\"Ada\",\"amount\":900}",
            "warehouse/ship", "{\"order\":\"43\",\"customer\":\"Ada\",\"product\":\"mug\",\"quantity\":1}",
            "orders/events",
                    "{\"type\":\"OrderCreated\",\"order\":\"44\",\"customer\":\"Ada\",\"product\":\"tea\",\"quantity\":2,\"total\":900}",
            "warehouse/events", "{\"order\":\"44\",\"parcel\":\"p-1\",\"warehouse\":\"warehouse-1\"}",
            "shop/quotes", "{\"product\":\"tea\",\"quantity\":100}");

    private final Peer peer;
    private final Observatory observatory;
    private final PeerTrials trials;
    private final PageHost host;

    private ObservePage(Peer peer, Observatory observatory, PeerTrials trials, PageHost host) {
        this.peer = peer;
        this.observatory = observatory;
        this.trials = trials;
        this.host = host;
    }

    /**
     * Opens the page of a mesh.
     *
     * @param mesh what people call it
     * @param departures the flow tap of the instances that {@code passing} opens
     * @param passing opens an instance of a service
     */
    static ObservePage open(
            PageHost.Settings settings,
            String mesh,
            Discovery discovery,
            DepartureTracker departures,
            Function<String, Peer> passing) {
        Peer peer = passing.apply(MeshCommand.SERVICE);
        Observatory observatory = Observatory.open(peer, discovery, departures);
        try {
            var trials = new PeerTrials(passing, SHOP);
            PageHost host = PageHost.open(settings, new ObservedMeshModel(mesh, observatory), trials);
            return new ObservePage(peer, observatory, trials, host);
        } catch (IOException e) {
            observatory.close();
            peer.close();
            throw new CommandException(ExitCode.REFUSED, "the page could not be opened: " + e.getMessage());
        }
    }

    /** What to open in a browser. */
    String address() {
        return host.address();
    }

    /** All that can be opened in a browser, by the addresses of this machine. */
    List<String> addresses() {
        return host.addresses();
    }

    @Override
    public void close() {
        host.close();
        trials.close();
        observatory.close();
        peer.close();
    }
}
