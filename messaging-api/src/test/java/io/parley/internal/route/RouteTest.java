package io.parley.internal.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.channel.ChannelName;
import io.parley.discovery.Instance;
import io.parley.internal.health.InstanceHealth;
import io.parley.internal.link.LinkContext;
import io.parley.internal.link.LinkHealth;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.testkit.SimulatedEnvironment;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RouteTest {

    private static final ChannelName CHANNEL = ChannelName.parse("orders/place");
    private static final int ROUNDS = 20;

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final PeerContext core = TestCore.bound(environment, Limits.defaults());
    private final LinkContext context = new LinkContext(core);
    private final OutboundLink first = link(1);
    private final OutboundLink second = link(2);
    private final OutboundLink third = link(3);
    private final Balancing balancing = new Balancing(core, "orders");
    private final List<OutboundLink> offered = new ArrayList<>();

    private OutboundLink link(long incarnation) {
        var instance = new Instance(
                "orders",
                "orders-" + incarnation,
                incarnation,
                core.port().address(),
                "",
                new TreeMap<>(),
                Instant.EPOCH,
                Map.of());
        var dialled = new AtomicReference<OutboundLink>();
        core.port().execute(() -> dialled.set(OutboundLink.dial(context, indifferentOwner(), instance)));
        environment.run();
        return Objects.requireNonNull(dialled.get());
    }

    private static OutboundLink.Owner indifferentOwner() {
        return (OutboundLink.Owner) Proxy.newProxyInstance(
                RouteTest.class.getClassLoader(), new Class<?>[] {OutboundLink.Owner.class}, (proxy, method, args) -> {
                    if (method.getReturnType() == LinkHealth.class) {
                        return new InstanceHealth();
                    }
                    return method.getReturnType() == boolean.class ? false : null;
                });
    }

    private Verdict offer(Route route, Set<OutboundLink> excluded) {
        return route.offerExcept("message", CHANNEL, null, excluded::contains, (message, link) -> {
            offered.add(link);
            return Verdict.ACCEPTED;
        });
    }

    @Test
    void excludedLinkIsNeverOfferedAMessageAndTheOthersShareThem() {
        Route route = Route.of(List.of(first, second, third), List.of(), balancing);
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(offer(route, Set.of(second))).isEqualTo(Verdict.ACCEPTED);
        }
        assertThat(offered).hasSize(ROUNDS).doesNotContain(second).contains(first, third);
    }

    @Test
    void onlyLinkThatIsNotExcludedTakesEveryMessage() {
        Route route = Route.of(List.of(first, second, third), List.of(), balancing);
        for (int i = 0; i < ROUNDS; i++) {
            offer(route, Set.of(first, third));
        }
        assertThat(offered).hasSize(ROUNDS).containsOnly(second);
    }

    @Test
    void avoidedLinkIsUsedWhenAllOthersAreExcluded() {
        Route route = Route.of(List.of(first, second), List.of(third), balancing);
        offer(route, Set.of(first, second));
        assertThat(offered).containsExactly(third);
    }

    @Test
    void routeWhoseLinksAreAllExcludedOffersNothing() {
        assertThat(offer(Route.of(List.of(first, second), List.of(third), balancing), Set.of(first, second, third)))
                .isEqualTo(Verdict.CLOSED);
        assertThat(offer(Route.of(List.of(first), List.of(), balancing), Set.of(first)))
                .isEqualTo(Verdict.CLOSED);
        assertThat(offered).isEmpty();
    }
}
