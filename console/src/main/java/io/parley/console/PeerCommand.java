package io.parley.console;

import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.channel.InteractionStyle;
import io.parley.console.flow.Flow;
import io.parley.console.flow.FlowText;
import io.parley.console.flow.LineWriter;
import io.parley.console.json.Json;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Terminal.Ink;
import io.parley.discovery.Instance;
import io.parley.observe.FlowEvent;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import io.parley.samples.shop.Customer;
import io.parley.samples.shop.ShopPeer;
import io.parley.samples.shop.ShopPeers;
import io.parley.samples.shop.Story;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley peer}. Confined to one thread, but for flows, which come in any. */
@Command(
        name = "peer",
        description = "Run a peer of the shop until Ctrl-C, and print the flow of its messages.",
        footer = {
            "",
            "The peers are orders, payment, warehouse, notification, supplier and customer. Start as many of each as you",
            "like, each in a terminal of its own. The customer places the orders of a file, one a line, and ends.",
            "",
            "  parley peer warehouse",
            "  parley peer customer --orders my-orders.jsonl --over 30s"
        })
final class PeerCommand extends MeshCommand {

    private static final Duration FINDING = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final Duration HELD = Duration.ofSeconds(30);

    @Parameters(
            paramLabel = "NAME",
            description = "Which one: orders, payment, warehouse, notification, supplier or customer.")
    String name = "";

    @Option(
            names = "--instance",
            paramLabel = "NAME",
            description = "The instance's name. Default: the service's and four random digits.")
    @Nullable
    String instance;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Where to accept links. Default: any port that is free.")
    int port;

    @Option(
            names = "--registered-by-others",
            description = "Register nothing: parley registrar does, or somebody else.")
    boolean isRegisteredByOthers;

    @Option(
            names = "--orders",
            paramLabel = "FILE",
            description = "Customer: the orders to place. Default: the 200 of the samples.")
    @Nullable
    Path orders;

    @Option(
            names = "--over",
            paramLabel = "TIME",
            converter = Values.Time.class,
            defaultValue = "12s",
            description = "Customer: how long to take over it. Default: ${DEFAULT-VALUE}.")
    Duration over = Duration.ofSeconds(12);

    @Option(
            names = "--suppliers",
            paramLabel = "N",
            defaultValue = "0",
            description = "Customer: how many suppliers to wait for and to ask. Default: ${DEFAULT-VALUE}.")
    int suppliers;

    @Option(names = "--payloads", description = "Let those who observe the peer see payloads, receipts aside.")
    boolean hasPayloads;

    /** For the demo, which ends its peers by closing their standard input, and tells them so if Ctrl-C reaches them first. */
    @Option(names = "--child", hidden = true)
    boolean isChild;

    private SortedMap<String, Long> told = new TreeMap<>();

    PeerCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!ShopPeers.names().contains(name)) {
            throw new CommandException(
                    ExitCode.WRONG_USAGE,
                    "expected one of " + String.join(", ", ShopPeers.names()) + ", not '" + name + "'");
        }
        Story story = story();
        if (isChild) {
            stop.setGrace(GRACE);
            watchParent();
        }
        var part = new ShopPeer[1];
        try (var writer = new LineWriter(terminal::print, () -> tellFigures(part[0]))) {
            try (Peer peer = open(writer)) {
                part[0] = ShopPeers.start(name, peer);
                tellUp(peer.self());
                if (part[0] instanceof Customer customer) {
                    play(story, peer.self().name(), customer);
                } else {
                    stop.await();
                }
            }
            if (writer.dropped() > 0) {
                terminal.complain("parley: " + writer.dropped() + " flows were too many to be written");
            }
        }
        tellEnd(part[0]);
        return ExitCode.SUCCESS;
    }

    private Story story() {
        try {
            return orders == null ? Story.ofSamples() : Story.ofFile(orders);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.WRONG_USAGE, "expected a file of orders, but cannot read " + e.getMessage());
        }
    }

    private Peer open(LineWriter writer) {
        String service = ShopPeers.service(name);
        PeerBuilder builder = builder(service);
        if (instance != null) {
            try {
                builder.instance(instance);
            } catch (IllegalArgumentException e) {
                throw new CommandException(ExitCode.WRONG_USAGE, String.valueOf(e.getMessage()));
            }
        }
        try {
            builder.transport(ZmqTransport.builder().port(port).build());
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.WRONG_USAGE, String.valueOf(e.getMessage()));
        }
        if (isRegisteredByOthers) {
            builder.registeredByOthers();
        }
        if (hasPayloads) {
            builder.showPayloads("receipt");
        }
        var text = new FlowText(terminal);
        var label = new String[] {service};
        Peer peer = open(builder.flowTap(event -> {
            if (isJson) {
                writer.write(() -> Flow.of(label[0], event).toJson());
            } else if (isVerbose || isOfInterest(event)) {
                writer.write(() -> text.line(Flow.of(label[0], event)));
            }
        }));
        label[0] = peer.self().label();
        return peer;
    }

    /** Sending a question is told with its answer. */
    private static boolean isOfInterest(FlowEvent event) {
        if (event instanceof MessageFlow flow && flow.step() == FlowStep.SENT) {
            return flow.style() == InteractionStyle.ONE_WAY || flow.style() == InteractionStyle.PUBLISH;
        }
        return FlowText.isOutcome(event.step());
    }

    private void play(Story story, String conversations, Customer customer) throws InterruptedException {
        stop.onRequest(story::stop);
        if (suppliers > 0 && !customer.awaitSuppliers(suppliers, FINDING)) {
            terminal.complain("parley: not all of " + suppliers + " suppliers answer");
        }
        story.play(conversations, customer, over, suppliers);
    }

    private void tellUp(Instance self) {
        if (isJson) {
            terminal.print(Json.write(Map.of(
                    "up", Map.of("service", self.service(), "instance", self.name(), "address", self.address()))));
            return;
        }
        note(self.label() + " is up in " + describeMesh() + " at " + self.address() + ". Ctrl-C ends it.");
        if (!self.channels().isEmpty()) {
            note("Its channels: "
                    + self.channels().entrySet().stream()
                            .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                            .collect(Collectors.joining(", ")));
        }
        terminal.print(new FlowText(terminal).titles());
    }

    /** For programs, all that has changed is told several times a second. */
    private void tellFigures(@Nullable ShopPeer part) {
        if (isJson && part != null) {
            SortedMap<String, Long> figures = part.figures();
            if (!figures.equals(told)) {
                told = figures;
                terminal.print(Json.write(Map.of("figures", figures)));
            }
        }
    }

    private void tellEnd(ShopPeer part) {
        if (isJson) {
            terminal.print(Json.write(Map.of("figures", part.figures())));
        } else {
            String figures = part.figures().entrySet().stream()
                    .map(entry -> entry.getKey() + " " + entry.getValue())
                    .collect(Collectors.joining(", "));
            terminal.say(terminal.paint(figures.isEmpty() ? "nothing to do" : figures, Ink.BOLD));
        }
    }

    private void watchParent() {
        var thread = new Thread(
                () -> {
                    try {
                        while (terminal.in().read() >= 0) {
                            stop.setGrace(HELD);
                        }
                    } catch (IOException e) {
                        // The parent is gone just the same.
                    }
                    stop.request();
                },
                "parley-parent");
        thread.setDaemon(true);
        thread.start();
    }
}
