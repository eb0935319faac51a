package io.parley.console;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.RouterOptions;
import io.parley.console.json.Json;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.discovery.Instance;
import io.parley.observe.PeerCounters;
import io.parley.transport.TransportException;
import io.parley.zmq.ZmqTransport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parley router}. Confined to one thread. */
@Command(
        name = "router",
        description = "Pass on messages for others until Ctrl-C, so that they need no registry but this address.",
        footer = {
            "",
            "Start as many as you like, and give those who use them all addresses, or a name that stands for them.",
            "The subscribers' port is told to those who connect; with a fixed one, a firewall can let it through.",
            "",
            "  parley router --at 0.0.0.0:7000 --publish-port 7001 --advertise 10.0.0.7 --discovery consul",
            "  parley request orders/place '{}' --discovery at=tcp://10.0.0.7:7000"
        })
final class RouterCommand extends MeshCommand {

    static final String SERVICE = "router";

    private static final Duration PROGRESS = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final int MIB = 1024 * 1024;

    @Option(
            names = "--at",
            paramLabel = "HOST:PORT",
            converter = Values.Endpoint.class,
            defaultValue = "127.0.0.1:7000",
            description = "Where to accept links; port 0 takes any that is free. Default: ${DEFAULT-VALUE}.")
    Values.Endpoint at = new Values.Endpoint("127.0.0.1", 7000);

    @Option(
            names = "--publish-port",
            paramLabel = "PORT",
            converter = Values.Port.class,
            defaultValue = "0",
            description = "Where to accept subscribers. Default: any that is free.")
    int publishPort;

    @Option(
            names = "--advertise",
            paramLabel = "HOST",
            description = "The host that others are told, if it is not that of --at.")
    @Nullable
    String advertised;

    @Option(
            names = "--name",
            paramLabel = "SERVICE",
            defaultValue = SERVICE,
            description = "The service that the router is announced as an instance of. Default: ${DEFAULT-VALUE}.")
    String name = SERVICE;

    @Option(
            names = "--instance",
            paramLabel = "NAME",
            description = "The instance's name. Default: the service's and four random digits.")
    @Nullable
    String instance;

    @Option(
            names = "--max-message",
            paramLabel = "MIB",
            converter = Values.Count.class,
            defaultValue = "4",
            description = "The largest message that is passed on, up to 64. Default: ${DEFAULT-VALUE} MiB.")
    long maxMessage = 4;

    @Option(
            names = "--hold",
            paramLabel = "MIB",
            converter = Values.Count.class,
            defaultValue = "128",
            description = {
                "How much may wait here, altogether, for instances that have no room. Default: ${DEFAULT-VALUE} MiB,",
                "and never less than two of the largest messages."
            })
    long hold = 128;

    @Option(
            names = "--guests",
            paramLabel = "SERVICE",
            split = ",",
            description = {
                "Services whose instances are announced in the registry if they introduce themselves here. Whoever",
                "can connect can then claim to be one. Default: none."
            })
    Set<String> guests = Set.of();

    RouterCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (hasNoRegistry()) {
            throw new CommandException(
                    ExitCode.WRONG_USAGE, "a router needs a registry to find instances in: local or consul");
        }
        try (Peer router = open()) {
            tellUp(router.self());
            PeerCounters before = router.counters();
            while (!stop.await(PROGRESS)) {
                PeerCounters now = router.counters();
                tell(before, now);
                before = now;
            }
            note("ending; what is under way has " + CLOSE_LIMIT.toSeconds() + " s to finish");
        }
        return ExitCode.SUCCESS;
    }

    private Peer open() {
        try {
            ZmqTransport.Builder transport =
                    ZmqTransport.builder().bindHost(at.host()).port(at.port()).publishPort(publishPort);
            if (advertised != null) {
                transport.advertisedHost(advertised);
            }
            var builder = builder(name)
                    .transport(transport.build())
                    .limits(Limits.defaults().withMaxMessageBytes(bytes("--max-message", maxMessage)))
                    .forwarding(RouterOptions.defaults()
                            .withMaxHeldBytes(bytes("--hold", hold))
                            .withGuests(guests))
                    .closeTimeout(CLOSE_LIMIT);
            if (instance != null) {
                builder.instance(instance);
            }
            return open(builder);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new CommandException(ExitCode.WRONG_USAGE, String.valueOf(e.getMessage()));
        } catch (TransportException e) {
            throw new CommandException(ExitCode.REFUSED, "cannot listen at " + at + ": " + e.getMessage());
        }
    }

    private static int bytes(String option, long mebibytes) {
        if (mebibytes >= Integer.MAX_VALUE / MIB) {
            throw new IllegalArgumentException(option + " is too large: " + mebibytes + " MiB");
        }
        return (int) mebibytes * MIB;
    }

    private void tellUp(Instance self) {
        if (isJson) {
            var up = new LinkedHashMap<String, Object>();
            up.put("service", self.service());
            up.put("instance", self.name());
            up.put("address", self.address());
            up.put("publishAddress", self.publishAddress());
            terminal.print(Json.write(Map.of("up", up)));
        } else {
            note(self.label() + " passes on messages for " + describeMesh() + " at " + self.address()
                    + ", and events at " + self.publishAddress() + ". Ctrl-C ends it.");
            note("Others use it with --discovery at=" + self.address());
        }
    }

    /** Nothing to tell is told but once. */
    private void tell(PeerCounters before, PeerCounters now) {
        if (before.equals(now)) {
            return;
        }
        long passed = now.sent() - before.sent();
        long answered = now.received() - before.received();
        long refused = now.refusals() - before.refusals();
        if (isJson) {
            var figures = new LinkedHashMap<String, Object>();
            figures.put("passedOn", now.sent());
            figures.put("arrived", now.received());
            figures.put("refused", now.refusals());
            figures.put("links", now.linksUp());
            terminal.print(Json.write(Map.of("figures", figures)));
        } else {
            terminal.print(String.format(
                    Locale.ROOT,
                    "%,d passed on (%,d a second), %,d arrived, %,d refused; links to %,d instances",
                    passed,
                    passed / PROGRESS.toSeconds(),
                    answered,
                    refused,
                    now.linksUp()));
        }
    }
}
