package io.parley.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.discovery.Instance;
import io.parley.internal.link.LinkContext;
import io.parley.internal.link.LinkHealth;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.testkit.SimulatedEnvironment;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OutlierEjectionTest {

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final PeerContext core = TestCore.bound(environment, Limits.defaults());
    private final LinkContext links = new LinkContext(core);
    private final AtomicInteger changes = new AtomicInteger();
    private final OutlierEjection ejection = new OutlierEjection(core, changes::incrementAndGet);

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
        core.port().execute(() -> dialled.set(OutboundLink.dial(links, owner(), instance)));
        environment.run();
        return Objects.requireNonNull(dialled.get());
    }

    /** Returns an owner that has the health of its links from the ejection, and does nothing else. */
    private OutboundLink.Owner owner() {
        return (OutboundLink.Owner) Proxy.newProxyInstance(
                OutlierEjectionTest.class.getClassLoader(),
                new Class<?>[] {OutboundLink.Owner.class},
                (proxy, method, args) -> {
                    if (method.getReturnType() == LinkHealth.class) {
                        return ejection.standingOf((Instance) args[0]);
                    }
                    return method.getReturnType() == boolean.class ? false : null;
                });
    }

    private void timeOut(OutboundLink link) {
        for (int i = 0; i < InstanceHealth.MOST_TIMEOUTS; i++) {
            ejection.standingOf(link.instance()).onTimedOut();
        }
        ejection.onTimeouts(link);
    }

    private EjectionState.State state() {
        assertThat(ejection.states()).hasSize(1);
        return ejection.states().get(0);
    }

    @Test
    void neverMoreThanHalfOfTheInstancesAreAvoided() {
        List<OutboundLink> all = List.of(link(1), link(2), link(3), link(4));
        all.forEach(this::timeOut);
        assertThat(ejection.among(all)).containsExactlyInAnyOrder(all.get(0), all.get(1));
        assertThat(ejection.among(all.subList(0, 2))).as("of two that are left").hasSize(1);
    }

    @Test
    void onlyInstanceIsNeverAvoided() {
        OutboundLink only = link(1);
        timeOut(only);
        assertThat(ejection.among(List.of(only))).isEmpty();
        assertThat(ejection.states()).isEmpty();
    }

    @Test
    void avoidedInstanceIsReportedOnce() {
        List<OutboundLink> all = List.of(link(1), link(2));
        timeOut(all.get(1));
        ejection.among(all);
        ejection.among(all);
        assertThat(core.counters.snapshot(0).ejections()).isEqualTo(1);
        assertThat(core.complaints.latest()).singleElement().satisfies(told -> assertThat(told.what())
                .isEqualTo("orders/orders-2 is avoided for 1000 ms: 5 requests in a row timed out"));
    }

    @Test
    void circuitIsHalfOpenAfterThePeriodAndClosesWithAnAnswer() {
        List<OutboundLink> all = List.of(link(1), link(2));
        timeOut(all.get(1));
        assertThat(state().position()).isEqualTo("open");
        assertThat(state().avoidedMillis()).isEqualTo(1000);
        assertThat(changes).hasValue(1);
        environment.runFor(Duration.ofSeconds(1));
        assertThat(state().position()).isEqualTo("half-open");
        assertThat(changes).hasValue(2);
        assertThat(ejection.among(all)).isEmpty();
        ejection.onProved(all.get(1));
        assertThat(state().position()).isEqualTo("closed");
        assertThat(state().openings()).isEqualTo(1);
    }

    @Test
    void openCircuitDoesNotCloseWithALateAnswer() {
        List<OutboundLink> all = List.of(link(1), link(2));
        timeOut(all.get(1));
        ejection.onProved(all.get(1));
        assertThat(state().position()).isEqualTo("open");
    }

    @Test
    void instanceThatIsGoneIsForgotten() {
        List<OutboundLink> all = List.of(link(1), link(2));
        timeOut(all.get(1));
        ejection.forgetAllBut(List.of(all.get(0).instance()), List.of(all.get(1)));
        assertThat(ejection.states()).as("while its link is used").hasSize(1);
        ejection.forgetAllBut(List.of(all.get(0).instance()), List.of());
        assertThat(ejection.states()).isEmpty();
    }
}
