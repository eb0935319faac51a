package io.parley.discovery.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.testkit.Await;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.transport.AddressFormat;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Host names and other matters of fixed addresses, in virtual time. */
class FixedDiscoveryTest {

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final FixedDiscovery discovery = FixedDiscovery.builder()
            .instance("orders", "tcp://10.0.0.7:7001")
            .instance("orders", "tcp://10.0.0.8:7001")
            .instance("orders", "tcp://10.0.0.7:7001")
            .everyService("tcp://router:7000")
            .resolver(this::resolve)
            .build();
    private final Map<String, List<String>> names = new TreeMap<>();
    private final AddressFormat tcp = new TcpNotation();
    private final ServiceResolver resolver = discovery.openResolver(environment, tcp);
    private final List<Collection<Instance>> snapshots = new ArrayList<>();

    private final ServiceResolver.Watcher watcher = new ServiceResolver.Watcher() {
        @Override
        public void onSnapshot(Collection<Instance> instances) {
            snapshots.add(instances);
        }

        @Override
        public void onError(Exception problem) {
            throw new AssertionError(problem);
        }
    };

    private void settle() {
        environment.runFor(Duration.ofSeconds(1));
    }

    @Test
    void shouldTellAddressesAndNothingElse() {
        resolver.watch("orders", watcher);
        assertThat(snapshots).isEmpty();
        settle();
        assertThat(snapshots)
                .containsExactly(List.of(known("orders", "10.0.0.7:7001"), known("orders", "10.0.0.8:7001")));
    }

    private static Instance known(String service, String place) {
        return new Instance(service, place, 0, "tcp://" + place, "", new TreeMap<>(), Instant.EPOCH, Map.of());
    }

    @Test
    void addressesThatAreNoneHideNobody() {
        var garbage = List.of(
                "tcp://127.0.0.1:9003:1",
                "tcp://1.2.3.4.5:1",
                "tcp://[::1",
                "tcp://a\u0000b:1",
                "tcp://throws:1",
                "tcp://stands-for-nothing:1",
                "tcp://" + "x".repeat(10_000) + ":1");
        var builder = FixedDiscovery.builder().resolver(host -> {
            if (host.equals("throws")) {
                throw new IllegalStateException("on purpose");
            }
            return new InetAddress[0];
        });
        builder.instance("orders", "tcp://10.0.0.7:7001");
        garbage.forEach(address -> builder.instance("orders", address));
        builder.instance("orders", "tcp://10.0.0.8:7001");
        builder.build().openResolver(environment, tcp).watch("orders", watcher);
        settle();
        assertThat(snapshots).singleElement().satisfies(snapshot -> assertThat(snapshot)
                .contains(known("orders", "10.0.0.7:7001"), known("orders", "10.0.0.8:7001"))
                .hasSize(garbage.size() + 2));
    }

    @Test
    void shouldFallBackOnTheAddressForEveryServiceOrOnNobody() {
        resolver.watch("billing", watcher);
        FixedDiscovery.builder().build().openResolver(environment, tcp).watch("billing", watcher);
        settle();
        assertThat(snapshots).containsExactly(List.of(known("billing", "router:7000")), List.of());
    }

    @Test
    void thereIsNoRegistry() {
        assertThat(discovery.openRegistry(environment, tcp)).isEmpty();
    }

    @Test
    void shouldListTheServicesThatWereNamed() {
        assertThat(resolver.services()).containsExactly("orders");
    }

    @Test
    void shouldNotCallAWatcherWhoseWatchOrResolverIsClosed() {
        resolver.watch("orders", watcher).close();
        ServiceResolver closing = discovery.openResolver(environment, tcp);
        closing.watch("orders", watcher);
        closing.close();
        closing.close();
        settle();
        assertThat(snapshots).isEmpty();
        assertThatThrownBy(() -> closing.watch("orders", watcher)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldSurviveAWatcherThatThrows() {
        ServiceResolver real = discovery.openResolver(Environment.system(), tcp);
        var seen = new CountDownLatch(1);
        real.watch("orders", new ServiceResolver.Watcher() {
            @Override
            public void onSnapshot(Collection<Instance> instances) {
                throw new IllegalStateException("This watcher always throws");
            }

            @Override
            public void onError(Exception problem) {}
        });
        real.watch("orders", new ServiceResolver.Watcher() {
            @Override
            public void onSnapshot(Collection<Instance> instances) {
                seen.countDown();
            }

            @Override
            public void onError(Exception problem) {}
        });
        Await.until(() -> "the other watcher to be told", Duration.ofSeconds(10), () -> seen.getCount() == 0);
        real.close();
    }

    @Test
    void shouldNameAnAddressThatIsNone() {
        for (String wrong : List.of("", "10.0.0.7:7001", "tcp://", "tcp://a b")) {
            assertThatThrownBy(() -> FixedDiscovery.builder().everyService(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining('"' + wrong + '"');
        }
        assertThatThrownBy(() -> FixedDiscovery.builder().instance("No Name", "tcp://a:1"))
                .hasMessageContaining("No Name");
    }

    private InetAddress[] resolve(String host) throws UnknownHostException {
        if (!names.containsKey(host)) {
            throw new UnknownHostException(host);
        }
        var found = new ArrayList<InetAddress>();
        for (String address : names.get(host)) {
            found.add(InetAddress.getByName(address));
        }
        return found.toArray(InetAddress[]::new);
    }

    private List<String> addresses() {
        return snapshots.get(snapshots.size() - 1).stream()
                .map(Instance::address)
                .toList();
    }

    @Test
    void shouldTakeAllThatANameStandsForAndLookAgain() {
        resolver.watch("billing", watcher);
        settle();
        assertThat(addresses()).as("a name that stands for nothing").containsExactly("tcp://router:7000");
        names.put("router", List.of("10.0.0.2", "10.0.0.1"));
        environment.runFor(Duration.ofSeconds(10));
        assertThat(addresses()).containsExactly("tcp://10.0.0.1:7000", "tcp://10.0.0.2:7000");
        environment.runFor(Duration.ofMinutes(1));
        assertThat(snapshots).as("nothing new is not told").hasSize(2);
        names.put("router", List.of("10.0.0.2", "10.0.0.3"));
        environment.runFor(Duration.ofSeconds(10));
        assertThat(addresses()).containsExactly("tcp://10.0.0.2:7000", "tcp://10.0.0.3:7000");
    }

    @Test
    void namesAreLeftAloneIfAddressesAreOpaque() {
        names.put("router", List.of("10.0.0.1"));
        discovery.openResolver(environment, AddressFormat.opaque()).watch("billing", watcher);
        settle();
        assertThat(addresses()).containsExactly("tcp://router:7000");
    }

    @Test
    void shouldTakeANameWithAddressesOfBothKindsForOnePlace() {
        names.put("router", List.of("127.0.0.1", "::1"));
        resolver.watch("billing", watcher);
        settle();
        assertThat(addresses()).containsExactly("tcp://127.0.0.1:7000");
        names.put("router", List.of("fd00::1", "10.0.0.1", "fd00::2"));
        environment.runFor(Duration.ofSeconds(10));
        assertThat(addresses()).containsExactly("tcp://[fd00:0:0:0:0:0:0:1]:7000", "tcp://[fd00:0:0:0:0:0:0:2]:7000");
    }

    @Test
    void shouldLookNoMoreOnceTheWatchOrTheResolverHasEnded() {
        ServiceResolver.Watch watch = resolver.watch("billing", watcher);
        resolver.watch("payment", watcher);
        settle();
        assertThat(snapshots).hasSize(2);
        names.put("router", List.of("10.0.0.1"));
        watch.close();
        environment.runFor(Duration.ofSeconds(10));
        assertThat(snapshots).hasSize(3);
        resolver.close();
        names.put("router", List.of("10.0.0.2"));
        environment.runFor(Duration.ofMinutes(1));
        assertThat(snapshots).hasSize(3);
    }
}
