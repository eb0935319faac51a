package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.Publisher;
import io.parley.Survey;
import io.parley.Surveyor;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.discovery.Instance;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Peers that register nothing, and that somebody puts into a real agent with Consul's own command line. */
class ByHandTest {

    private static final RequestChannel<String, String> ECHO =
            PointToPointChannel.of("orders/echo", String.class).withReply(String.class);
    private static final PublishSubscribeChannel<String> EVENTS =
            PublishSubscribeChannel.of("orders/events", String.class);
    private static final SurveyChannel<String, String> POLL =
            PublishSubscribeChannel.of("orders/poll", String.class).withResponses(String.class);
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private static ConsulAgent agent;

    private final Set<String> heard = ConcurrentHashMap.newKeySet();

    @BeforeAll
    static void startAgent() {
        agent = ConsulAgent.start();
    }

    @AfterAll
    static void endAgent() {
        agent.close();
    }

    /** @param port 0 for any */
    private static Peer unregistered(CountingProxy proxy, int port) {
        String url = proxy.url();
        // tag::unregistered[]
        Peer peer = Peer.named("orders")
                .transport(ZmqTransport.builder().port(port).build())
                .discovery(ConsulDiscovery.at(url))
                .registeredByOthers()
                .open();
        // end::unregistered[]
        peer.reply(ECHO, question -> peer.self().name() + ": " + question.payload());
        return peer;
    }

    private static void register(String... more) throws IOException, InterruptedException {
        String[] command = new String[3 + more.length];
        command[0] = "services";
        command[1] = "register";
        command[2] = "-name=orders";
        System.arraycopy(more, 0, command, 3, more.length);
        agent.run(command);
    }

    private static Peer customer() {
        return Peer.named("customer")
                .transport(ZmqTransport.create())
                .discovery(ConsulDiscovery.at(agent.url()))
                .open();
    }

    private void talk(Peer customer, Peer orders) throws InterruptedException {
        assertThat(customer.awaitReachable(ECHO, LIMIT)).isTrue();
        String asked = "is it you?";
        Await.until(() -> "an answer of " + orders.self().name(), LIMIT, () -> customer.requestor(ECHO)
                .request(asked)
                .equals(orders.self().name() + ": " + asked));
        Publisher<String> publisher = orders.publisher(EVENTS);
        Await.until(() -> "an event", LIMIT, () -> {
            publisher.publish("sold by " + orders.self().name());
            return heard.contains("sold by " + orders.self().name());
        });
        Surveyor<String, String> surveyor = orders.surveyor(POLL);
        Await.until(() -> "a response", LIMIT, () -> {
            Survey<String> survey = surveyor.survey("tea?", Duration.ofSeconds(1), 1);
            return survey.whenEnded().join().stream()
                    .anyMatch(response -> response.payload().equals("yes to tea?"));
        });
    }

    @Test
    void aPeerIsFoundByItsAddressAloneAndAnswersAlsoWhenItHasComeBackAsAnotherIncarnation() throws Exception {
        try (CountingProxy proxy = CountingProxy.to(agent.httpPort());
                Peer customer = customer()) {
            customer.subscribe(EVENTS, event -> heard.add(event.payload()));
            customer.respond(POLL, question -> "yes to " + question.payload());
            int port;
            try (Peer orders = unregistered(proxy, 0)) {
                port = URI.create(orders.self().address()).getPort();
                register("-id=legacy", "-address=127.0.0.1", "-port=" + port, "-tag=parley", "-meta=parley-protocol=1");
                talk(customer, orders);
                assertThat(customer.instances("orders"))
                        .extracting(Instance::incarnation)
                        .containsExactly(orders.self().incarnation());
            }
            try (Peer orders = unregistered(proxy, port)) {
                talk(customer, orders);
            }
            agent.run("services", "deregister", "-id=legacy");
            Await.until(() -> "nobody in Consul", LIMIT, () -> customer.instances("orders")
                    .isEmpty());
            assertThat(proxy.count("PUT")).as("what the peers themselves wrote").isZero();
        }
    }
}
