package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.discovery.Discovery;
import io.parley.testkit.DiscoveryContract;
import io.parley.transport.AddressFormat;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The contract with all resolvers and registries of one process, which share their watches. */
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

    /** It is closed after the resolvers and registries, which the contract closes after this class' own methods. */
    @BeforeEach
    void keepProxy() {
        PROXIES.add(proxy);
    }

    @Override
    protected Discovery discovery() {
        return discovery;
    }

    @Override
    protected AddressFormat addresses() {
        return ZmqTransport.addresses();
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

    /** What anybody who may register services can put there. */
    @Override
    protected void spoilRegistry(String service) throws IOException {
        String sound = "\"parley-protocol\":\"1\"";
        spoil(service, "no-meta", "10.0.0.9", 1, "");
        spoil(service, "protocol", "10.0.0.9", 1, "\"parley-protocol\":\"9\"");
        spoil(service, "incarnation", "10.0.0.9", 1, sound + ",\"parley-incarnation\":\"XYZ\"");
        spoil(service, "name", "10.0.0.9", 1, sound + ",\"parley-instance\":\"\\u001b[2J\"");
        spoil(service, "port", "10.0.0.9", 0, sound);
        spoil(service, "publish", "10.0.0.9", 1, sound + ",\"parley-publish-port\":\"99999\"");
        spoil(service, "since", "10.0.0.9", 1, sound + ",\"parley-since\":\"yesterday\"");
        spoil(
                service,
                "channels",
                "10.0.0.9",
                1,
                sound + ",\"parley-channels\":\"=request no/channel/this=request =\"");
        spoil(service, "empty-address", "10.0.0.9", 1, sound + ",\"parley-address\":\"\"");
        int number = 0;
        for (String host :
                List.of("127.0.0.1:9003", "1.2.3.4.5", "::1", "[::1]", "a b", "http://x", "a".repeat(1000))) {
            spoil(service, "host-" + ++number, host, 9003, sound);
        }
        String copy = sound + ",\"parley-incarnation\":\""
                + HexFormat.of().toHexDigits(instance(service, service + "-1").incarnation())
                + "\",\"parley-instance\":\"" + service + "-1\",\"parley-since\":\"2099-01-01T00:00:00Z\"";
        spoil(service, "copy", "10.0.0.9", 1, copy);
        spoil(service, "copy-without-port", "10.0.0.9", 0, copy);
    }

    private void spoil(String service, String id, String address, int port, String meta) throws IOException {
        String said = agent.put(
                "/v1/agent/service/register",
                "{\"ID\":\"" + prefix + id + "\",\"Name\":\"" + prefix + service
                        + "\",\"Tags\":[\"parley\"],\"Address\":\"" + address + "\",\"Port\":" + port + ",\"Meta\":{"
                        + meta + "}}");
        assertThat(said).as(id).isEmpty();
    }
}
