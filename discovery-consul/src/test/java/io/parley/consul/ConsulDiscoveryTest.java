package io.parley.consul;

import io.parley.discovery.Discovery;
import io.parley.testkit.DiscoveryContract;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The contract with all memberships of one process, which share their watches. */
class ConsulDiscoveryTest extends DiscoveryContract {

    private static final AtomicInteger TESTS = new AtomicInteger();

    private static final List<CountingProxy> PROXIES = new ArrayList<>();

    private static ConsulAgent agent;

    private final CountingProxy proxy = CountingProxy.to(agent.httpPort());
    /** The services of each test are none of another's. */
    private final String prefix = "t" + TESTS.incrementAndGet() + '-';

    private Discovery discovery = newDiscovery();

    @BeforeAll
    static void startAgent() {
        agent = ConsulAgent.start();
    }

    @AfterAll
    static void endAgent() {
        PROXIES.forEach(CountingProxy::close);
        PROXIES.clear();
        agent.close();
    }

    /** It is closed after the memberships, which the contract closes after this class' own methods. */
    @BeforeEach
    void keepProxy() {
        PROXIES.add(proxy);
    }

    @Override
    protected Discovery discovery() {
        return discovery;
    }

    final Discovery newDiscovery() {
        return ConsulDiscovery.builder(proxy.url()).prefix(prefix).build();
    }

    @Override
    protected boolean breakRegistry() {
        proxy.cut();
        return true;
    }

    @Override
    protected void repairRegistry() {
        proxy.mend();
    }
}
