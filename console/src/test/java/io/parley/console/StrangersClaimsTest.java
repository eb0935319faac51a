package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.console.flow.Flow;
import io.parley.console.observe.DepartureTracker;
import io.parley.console.observe.Observatory;
import io.parley.console.web.MeshModel;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.internal.wire.Control;
import io.parley.observe.FlowStep;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the page and the metrics believe of a peer when somebody else says HELLO in its name. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StrangersClaimsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String VICTIM = "keeper/keeper-1";
    private static final int VISITS = 10;

    @TempDir
    Path mesh;

    private Peer open(String service, DepartureTracker departures) {
        return Peer.named(service)
                .instance(service + "-1")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(mesh))
                .flowTap(departures)
                .open();
    }

    @Test
    void aPeerIsUpThoughStrangersSayHelloInItsNameAndHangUpOrSayThatTheyGo() throws Exception {
        var departures = new DepartureTracker();
        try (Peer keeper = open("keeper", new DepartureTracker());
                Peer other = open("other", new DepartureTracker());
                Peer observer = open("console", departures);
                var stranger = new HandMadePeer("keeper", "keeper-1");
                Observatory observatory = Observatory.open(observer, LocalDirectoryDiscovery.at(mesh), departures)) {
            assertThat(observatory.awaitPeers(LIMIT)).isTrue();
            assertThat(observatory.awaitFlows(LIMIT)).isTrue();
            var sight = new ObservedMeshModel("mesh", observatory);
            var told = new AtomicInteger();
            var conditions = new ConcurrentLinkedQueue<MeshModel.Condition>();
            observatory.listen(new Observatory.Listener() {
                @Override
                public void onFlows(List<Flow> flows) {
                    for (Flow flow : flows) {
                        if (flow.step() == FlowStep.PEER_WENT && flow.to().equals(VICTIM)) {
                            conditions.add(condition(sight));
                            told.incrementAndGet();
                        }
                    }
                }
            });
            Await.until("the keeper to be up", () -> condition(sight) == MeshModel.Condition.UP);

            for (int i = 0; i < VISITS; i++) {
                stranger.visit(other.self().address());
                stranger.visit(other.self().address(), new Control.GoingAway(1));
                stranger.visit(observer.self().address());
                conditions.add(condition(sight));
            }
            Await.until(() -> "all visits to be told, not only " + told, LIMIT, () -> told.get() >= 2 * VISITS);
            assertThat(conditions).containsOnly(MeshModel.Condition.UP);

            keeper.closeAsync(LIMIT).join();
            Await.until(
                    () -> "the keeper to have left, not " + condition(sight),
                    LIMIT,
                    () -> condition(sight) == MeshModel.Condition.LEFT);
        }
    }

    /** Null once it is forgotten. */
    private static MeshModel.Condition condition(MeshModel sight) {
        return sight.peers().stream()
                .filter(peer -> peer.label().equals(VICTIM))
                .map(MeshModel.SeenPeer::condition)
                .findFirst()
                .orElse(MeshModel.Condition.LEFT);
    }
}
