package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.Survey;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.console.demo.DevelopmentAgent;
import io.parley.consul.ConsulDiscovery;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Two routers and a real Consul, in processes of their own; peers that are registered there, and peers that know nothing but the routers'
 * name in Consul's DNS.
 */
@Timeout(240)
@EnabledOnOs(value = OS.LINUX, disabledReason = "two routers at one port take two addresses of the loopback interface")
@ResourceLock("processes")
class RouterIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Set<String> HOSTS = Set.of("127.0.0.1", "127.0.0.2");

    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);
    private static final PointToPointChannel<String> NOTE = PointToPointChannel.of("orders/note", String.class);
    private static final PublishSubscribeChannel<String> EVENTS =
            PublishSubscribeChannel.of("orders/events", String.class);
    private static final SurveyChannel<String, String> POLL =
            PublishSubscribeChannel.of("orders/poll", String.class).withResponses(String.class);
    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("press/news", String.class);
    private static final RequestChannel<String, String> QUOTE =
            PointToPointChannel.of("press/quote", String.class).withReply(String.class);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();
    private final List<Peer> peers = new ArrayList<>();
    private String url = "";
    private int dnsPort;
    private int port;
    private Process second;

    @BeforeEach
    void startConsulAndRouters() throws IOException, InterruptedException {
        List<Integer> ports = freePorts(6);
        url = "http://127.0.0.1:" + ports.get(0);
        dnsPort = ports.get(1);
        port = ports.get(5);
        start(List.of(
                consul(),
                "agent",
                "-dev",
                "-bind=127.0.0.1",
                "-grpc-port=-1",
                "-http-port=" + ports.get(0),
                "-dns-port=" + dnsPort,
                "-serf-lan-port=" + ports.get(2),
                "-serf-wan-port=" + ports.get(3),
                "-server-port=" + ports.get(4)));
        await("Consul", () -> asked("/v1/status/leader").contains(":"));
        startRouter("127.0.0.1", "router-1");
        second = startRouter("127.0.0.2", "router-2");
        await("both routers in Consul's DNS", () -> hosts().equals(HOSTS));
    }

    @AfterEach
    void endWhatIsLeft() {
        peers.forEach(peer -> peer.close(Duration.ofSeconds(1)));
        started.forEach(Process::destroyForcibly);
    }

    private static List<Integer> freePorts(int count) throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        try {
            var ports = new ArrayList<Integer>();
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0));
                ports.add(sockets.get(i).getLocalPort());
            }
            return ports;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private static String consul() throws IOException, InterruptedException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("scripts/consul"))) {
            root = root.getParent();
        }
        return DevelopmentAgent.fetch(root.resolve("scripts/consul"));
    }

    private Process startRouter(String host, String name) {
        var command = new ArrayList<>(Parley.ownCommandLine());
        command.addAll(List.of("router", "--at", host + ':' + port, "--instance", name, "--guests", "press"));
        command.addAll(List.of("--discovery", "consul=" + url));
        return start(command);
    }

    private Process start(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(folder.resolve("said").toFile()))
                    .start();
            started.add(process);
            return process;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String asked(String path) {
        try {
            var connection = (HttpURLConnection) URI.create(url + path).toURL().openConnection();
            connection.setConnectTimeout(5_000);
            connection.setReadTimeout(10_000);
            return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** What a client gets that asks for the routers by their name. */
    private Set<String> hosts() {
        try {
            return Dns.addresses(dnsPort, "router.service.consul");
        } catch (IOException e) {
            return Set.of(e.toString());
        }
    }

    private void await(String what, Supplier<Boolean> condition) {
        Await.until(
                () -> what + "; DNS has " + hosts() + ", Consul has " + asked("/v1/agent/services") + ", and they say\n"
                        + said(),
                LIMIT,
                condition::get);
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("said"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Peer registered(String service) {
        return open(Peer.named(service).discovery(ConsulDiscovery.at(url)));
    }

    private PeerBuilder guest(String service) {
        FixedDiscovery.Builder routers = FixedDiscovery.builder();
        hosts().forEach(host -> routers.everyService("tcp://" + host + ':' + port));
        return Peer.named(service).discovery(routers.build());
    }

    private Peer open(PeerBuilder builder) {
        Peer peer = builder.transport(ZmqTransport.create()).open();
        peers.add(peer);
        return peer;
    }

    @Test
    void allStylesPassThroughBothAndThroughTheOneThatIsLeft() throws InterruptedException {
        var notes = new ConcurrentLinkedQueue<String>();
        var heard = new ConcurrentLinkedQueue<String>();
        Peer orders = registered("orders");
        orders.reply(PLACE, question -> "took " + question.payload());
        orders.receive(NOTE, note -> notes.add(note.payload()));
        var events = orders.publisher(EVENTS);
        var polls = orders.surveyor(POLL);
        Peer guest = open(guest("guest"));
        var placing = guest.requestor(PLACE);
        await("an answer through either router", () -> {
            assertThat(placing.request("tea", LIMIT)).isEqualTo("took tea");
            return guest.counters().linksUp() == 2;
        });
        guest.sender(NOTE).send("careful");
        await("the note", () -> notes.contains("careful"));
        var subscription = guest.subscribe(EVENTS, event -> heard.add(event.payload()));
        guest.respond(POLL, question -> "yes to " + question.payload());
        assertThat(subscription.awaitConnected(LIMIT)).isTrue();
        for (int i = 0; i < 100; i++) {
            events.publish("sold " + i);
        }
        await("all events", () -> heard.size() >= 100);
        assertThat(heard).as("each came by both routers").hasSize(100).doesNotHaveDuplicates();
        await("an answer to the survey", () -> {
            Survey<String> survey = polls.survey("tea?", Duration.ofSeconds(2), 1);
            return survey.whenEnded().join().stream()
                    .anyMatch(response -> response.payload().equals("yes to tea?"));
        });

        second.destroyForcibly();

        for (int i = 0; i < 100; i++) {
            events.publish("left " + i);
        }
        await("the rest of the events", () -> heard.size() >= 200);
        assertThat(heard).hasSize(200).doesNotHaveDuplicates();
        await("one link", () -> guest.counters().linksUp() == 1);
        assertThat(placing.request("mug", LIMIT)).isEqualTo("took mug");
        await("a single router in DNS, once the other has given no sign of life", () -> hosts().equals(
                        Set.of("127.0.0.1")));
    }

    @Test
    void aGuestThatBothAnnounceIsThereUntilTheLastOfThemGoes() throws Exception {
        var heard = new ConcurrentLinkedQueue<String>();
        Peer press = open(guest("press").instance("press-1").announceToRouters("router"));
        press.reply(QUOTE, question -> "no comment on " + question.payload());
        var news = press.publisher(NEWS);
        await("both routers' word", () -> announcers().equals(Set.of("router-1", "router-2")));
        Peer reader = registered("reader");
        var asking = reader.requestor(QUOTE);
        assertThat(asking.request("tea", LIMIT)).isEqualTo("no comment on tea");
        var subscription = reader.subscribe(NEWS, event -> heard.add(event.payload()));
        assertThat(subscription.awaitConnected(LIMIT)).isTrue();
        assertThat(reader.instances("press")).hasSize(1);
        news.publish("first");
        await("the first", () -> heard.contains("first"));

        // Not by the process itself, which would close its output to us.
        second.toHandle().destroy();
        await("one router's word", () -> announcers().equals(Set.of("router-1")));

        assertThat(reader.instances("press")).hasSize(1);
        assertThat(asking.request("mug", LIMIT)).isEqualTo("no comment on mug");
        news.publish("second");
        await("the second", () -> heard.contains("second"));
        assertThat(said()).doesNotContain("has forgotten").doesNotContain("two peers");
    }

    /** Those that say that the guest is there, and that it passes. */
    private Set<String> announcers() {
        var names = new TreeSet<String>();
        var id = Pattern.compile("\"ID\": \"press:press-1:[0-9a-f]{16}:([a-z0-9-]+)\"")
                .matcher(asked("/v1/health/service/press?passing"));
        while (id.find()) {
            names.add(id.group(1));
        }
        return names;
    }
}
