package io.parley.console;

import io.parley.Peer;
import io.parley.console.demo.Demo;
import io.parley.console.json.Json;
import io.parley.console.observe.DepartureTracker;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.console.web.PageHost;
import io.parley.zmq.ZmqTransport;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parley demo}. Confined to one thread. */
@Command(
        name = "demo",
        description = "Open a shop of nine processes that find each other with no server, and watch what they say.",
        footer = {
            "",
            "A customer places 200 orders, some of them faulty. When all are answered, the demo sums up and ends.",
            "The exit code is 0 only if the sums add up.",
            "",
            "  parley demo --for 20s",
            "  parley demo --stay           (and talk to the shop from another terminal)",
            "  parley demo --discovery consul"
        })
final class DemoCommand implements Callable<Integer> {

    /** Of the page's own peers. */
    private final DepartureTracker departures = new DepartureTracker();

    private static final Duration DEFAULT_DURATION = Duration.ofSeconds(15);

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = Values.Time.class,
            description = "How long to play, once the shop is open. Default: 15s.")
    @Nullable
    Duration duration;

    @Option(names = "--stay", description = "Stay open after the story until Ctrl-C.")
    boolean isToStay;

    @Option(
            names = "--orders",
            paramLabel = "FILE",
            description = "The orders to place, one a line. Default: the 200 of the samples.")
    @Nullable
    Path orders;

    @Option(
            names = "--discovery",
            paramLabel = "WHERE",
            defaultValue = "${env:PARLEY_DISCOVERY:-local}",
            description = {
                "Where the peers find each other: local, consul or consul=URL. If no Consul answers",
                "on this machine, a development agent is started, and stopped at the end.",
                "Default: $PARLEY_DISCOVERY, else \"local\"."
            })
    String discovery = DiscoveryChoice.LOCAL;

    @Option(
            names = "--no-page",
            description = "Serve no page. Else its address is told, and it is opened if there is a display.")
    boolean hasNoPage;

    @Option(
            names = "--page-port",
            paramLabel = "PORT",
            description = "Where browsers find the page; 0 for any. Default: " + ObserveCommand.PORT
                    + ", or another if that is taken.")
    @Nullable
    Integer pagePort;

    @Option(names = "--json", description = "Write JSON lines: flows, and a summary at the end.")
    boolean isJson;

    @Option(
            names = {"-v", "--verbose"},
            description = "Show every step of every message.")
    boolean isVerbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelpWanted;

    private final Terminal terminal;
    private final Stop stop;

    DemoCommand(Terminal terminal, Stop stop) {
        this.terminal = terminal;
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (orders != null && !Files.isReadable(orders)) {
            throw new CommandException(ExitCode.WRONG_USAGE, "expected a file of orders, but cannot read " + orders);
        }
        DiscoveryChoice choice = DiscoveryChoice.of(discovery, System.getenv());
        try (DemoRegistry registry = DemoRegistry.open(choice, stop, this::say)) {
            ObservePage page = hasNoPage ? null : openPage(choice, registry.mesh());
            var settings = new Demo.Settings(
                    Parley.ownCommandLine(),
                    registry.mesh(),
                    choice.text(),
                    registry.hints(),
                    page == null ? () -> {} : page::close,
                    duration == null ? DEFAULT_DURATION : duration,
                    orders,
                    isToStay,
                    isJson,
                    isVerbose);
            boolean addsUp = new Demo(terminal, stop, settings).run();
            return addsUp ? ExitCode.SUCCESS : ExitCode.REFUSED;
        }
    }

    private ObservePage openPage(DiscoveryChoice choice, String mesh) {
        var settings = new PageHost.Settings(
                InetAddress.getLoopbackAddress(),
                pagePort == null ? ObserveCommand.PORT : pagePort,
                pagePort == null,
                Optional.empty(),
                Set.of());
        ObservePage page = ObservePage.open(
                settings,
                choice.describe(mesh),
                choice.open(mesh),
                departures,
                service -> openPassing(choice, mesh, service));
        if (isJson) {
            terminal.print(Json.write(Map.of("page", page.address())));
        } else {
            say("See it live at " + page.address()
                    + (isToStay ? "" : " until the demo ends; with --stay, until Ctrl-C"));
            if (terminal.isSeen()) {
                BrowserWindow.open(page.address());
            }
        }
        return page;
    }

    private Peer openPassing(DiscoveryChoice choice, String mesh, String service) {
        Peer peer = MeshCommand.passing(Peer.named(service))
                .flowTap(departures)
                .instance("page-"
                        + HexFormat.of()
                                .toHexDigits((short) ThreadLocalRandom.current().nextInt()))
                .transport(ZmqTransport.create())
                .discovery(choice.open(mesh))
                .onError((what, cause) -> {
                    if (isVerbose) {
                        terminal.complain("parley: the page: " + what + ": " + cause.getMessage());
                    }
                })
                .open();
        return MeshCommand.watched(peer, stop);
    }

    private void say(String line) {
        if (!isJson) {
            terminal.print(terminal.paint(line, Terminal.Ink.BOLD));
        }
    }
}
