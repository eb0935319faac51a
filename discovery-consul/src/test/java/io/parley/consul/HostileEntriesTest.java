package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.Instance;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Entries that somebody put into a real agent beside those of peers that live, which talk to each other over real sockets. */
class HostileEntriesTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static ConsulAgent agent;

    private final List<String> errors = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void startAgent() {
        agent = ConsulAgent.start();
    }

    @AfterAll
    static void endAgent() {
        agent.close();
    }

    private static RequestChannel<String, String> ask(String service) {
        return PointToPointChannel.of(service + "/ask", String.class).withReply(String.class);
    }

    private static Peer answering(String service) {
        Peer peer = Peer.named(service)
                .transport(ZmqTransport.create())
                .discovery(ConsulDiscovery.at(agent.url()))
                .open();
        peer.reply(ask(service), question -> peer.self().name());
        return peer;
    }

    private Peer customer() {
        return Peer.named("customer")
                .transport(ZmqTransport.create())
                .discovery(ConsulDiscovery.at(agent.url()))
                .onError((what, cause) -> errors.add(what))
                .open();
    }

    private static void register(String service, String id, String host, int port, String meta) throws IOException {
        assertThat(agent.put(
                        "/v1/agent/service/register",
                        "{\"ID\":\"" + id + "\",\"Name\":\"" + service + "\",\"Tags\":[\"parley\"],\"Address\":\""
                                + host + "\",\"Port\":" + port + ",\"Meta\":{\"parley-protocol\":\"1\"" + meta + "}}"))
                .isEmpty();
    }

    private static String request(Peer customer, String service) throws InterruptedException {
        assertThat(customer.awaitReachable(ask(service), LIMIT)).isTrue();
        return customer.requestor(ask(service)).request("who are you?", LIMIT);
    }

    @Test
    void addressesThatAreNoneLeaveTheOthersReachableAndAreToldOnce() throws IOException, InterruptedException {
        register("orders", "port-in-host", "127.0.0.1:9003", 9003, "");
        register("orders", "five-octets", "1.2.3.4.5", 9003, "");
        try (Peer orders = answering("orders");
                Peer customer = customer()) {
            for (int i = 0; i < 10; i++) {
                assertThat(request(customer, "orders")).isEqualTo(orders.self().name());
            }
            Await.until(
                    () -> "complaints of both rather than " + errors,
                    LIMIT,
                    () -> complaints("port-in-host") == 1 && complaints("five-octets") == 1);
            assertThat(customer.instances("orders"))
                    .extracting(Instance::name)
                    .contains(orders.self().name());
            assertThat(request(customer, "orders")).isEqualTo(orders.self().name());
            assertThat(complaints("port-in-host")).isEqualTo(1);
        }
    }

    private long complaints(String part) {
        return errors.stream().filter(error -> error.contains(part)).count();
    }

    @Test
    void copyOfALivingInstancesEntryDoesNotTakeItsPlace() throws IOException, InterruptedException {
        try (Peer billing = answering("billing");
                Peer before = customer()) {
            assertThat(request(before, "billing")).isEqualTo(billing.self().name());
            register(
                    "billing",
                    "copy",
                    "127.0.0.1",
                    9,
                    ",\"parley-incarnation\":\""
                            + HexFormat.of().toHexDigits(billing.self().incarnation()) + "\",\"parley-instance\":\""
                            + billing.self().name() + "\",\"parley-since\":\"2099-01-01T00:00:00Z\"");
            Await.until(() -> "a complaint rather than " + errors, LIMIT, () -> complaints("claim to be") == 1);
            assertThat(request(before, "billing")).isEqualTo(billing.self().name());
            assertThat(before.instances("billing"))
                    .extracting(Instance::address)
                    .containsExactly(billing.self().address());
            try (Peer after = customer()) {
                assertThat(request(after, "billing")).isEqualTo(billing.self().name());
                Await.until("the right address", () -> after.instances("billing").stream()
                        .map(Instance::address)
                        .toList()
                        .equals(List.of(billing.self().address())));
            }
        }
    }
}
