package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.discovery.Discovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The contract of every {@link Discovery} that is not read-only: that of its resolvers and registries, and faults. A plug-in's
 * test extends this class and supplies {@link #discovery()}; each test method then runs against the plug-in.
 */
public abstract class DiscoveryContract extends ServiceRegistryContract {

    /** For the plug-in's test to call. */
    protected DiscoveryContract() {}

    /**
     * Makes the registry fail so that watchers notice, if the plug-in has a way to.
     *
     * @return whether it has
     */
    protected boolean breakRegistry() {
        return false;
    }

    /** Ends the failure that {@link #breakRegistry} began. */
    protected void repairRegistry() {}

    /**
     * Puts entries of {@code service} into the registry that are broken in as many ways as the registry lets others do, past the
     * plug-in. None of them may have the name of a sound instance.
     */
    protected void spoilRegistry(String service) throws Exception {}

    @Test
    void watchersAreToldOfAFailureAndOfChangesAfterIt() {
        Seen seen = watch("orders");
        await("a first snapshot", () -> seen.count() == 1);
        if (!breakRegistry()) {
            return;
        }
        await("an error", () -> !seen.problems().isEmpty());
        repairRegistry();
        Instance orders = instance("orders", "orders-1");
        announce(orders);
        awaitSet(seen, orders);
    }

    @Test
    void brokenEntriesHideNobody() throws Exception {
        Seen before = watch("orders");
        Instance first = instance("orders", "orders-1");
        announce(first);
        awaitSet(before, first);
        for (Instance hostile : hostileInstances(first)) {
            try {
                announce(hostile);
            } catch (DiscoveryException e) {
                // A registry may refuse what it cannot hold.
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        spoilRegistry("orders");
        Instance second = instance("orders", "orders-2");
        announce(second);
        await("both by an earlier watch", () -> before.latest().containsAll(Set.of(first, second)));
        Seen after = watch("orders");
        await("both by a later watch", () -> after.latest().containsAll(Set.of(first, second)));
        await("the service", () -> openResolver().services().contains("orders"));
        assertThat(before.problems()).isEmpty();
        assertThat(after.problems()).isEmpty();
    }

    /** Instances that an application would hardly announce, but that somebody else's might. */
    private static List<Instance> hostileInstances(Instance like) {
        var hostile = new ArrayList<Instance>();
        for (String name : List.of("", " ", "a b", "../a", "a\u0000", "\u001b[2J", "\ud800", "n".repeat(10_000))) {
            hostile.add(hostile(like, name, like.address(), like.since(), Map.of()));
        }
        int number = 0;
        for (String address : List.of(
                "",
                " ",
                "garbage",
                "tcp://127.0.0.1:9003:1",
                "tcp://1.2.3.4.5:1",
                "tcp://[::1",
                "\u0000",
                "a".repeat(10_000))) {
            hostile.add(hostile(like, "address-" + ++number, address, like.since(), Map.of()));
        }
        hostile.add(hostile(like, "long-ago", like.address(), Instant.MIN, Map.of()));
        hostile.add(hostile(like, "to-come", like.address(), Instant.MAX, Map.of()));
        hostile.add(hostile(like, "much", like.address(), like.since(), Map.of("much", "x".repeat(1_000_000))));
        hostile.add(hostile(like, "odd", like.address(), like.since(), Map.of("", "\u0000", "\ud800", "\udfff")));
        // The incarnation of one that lives.
        hostile.add(new Instance(
                like.service(),
                "copy",
                like.incarnation(),
                "tcp://127.0.0.1:9",
                "",
                like.channels(),
                Instant.parse("2099-01-01T00:00:00Z"),
                Map.of()));
        return hostile;
    }

    private static Instance hostile(
            Instance like, String name, String address, Instant since, Map<String, String> metadata) {
        return new Instance(like.service(), name, name.hashCode(), address, address, like.channels(), since, metadata);
    }
}
