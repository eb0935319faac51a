package io.parley.console;

import io.parley.Peer;
import io.parley.console.json.Json;
import io.parley.console.observe.ChannelRow;
import io.parley.console.observe.Observatory;
import io.parley.console.observe.ObservedPeer;
import io.parley.console.observe.ObservedPeer.Status;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Terminal.Ink;
import io.parley.console.terminal.Texts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parley top}. Confined to one thread. */
@Command(
        name = "top",
        description = "Show the channels of the mesh: rates, latencies and errors, refreshed until Ctrl-C.",
        footer = {
            "",
            "Rates are of the last 5 seconds. A latency is that of the answer, or if there is none, of the handler.",
            "",
            "  parley top",
            "  parley top --every 5s --count 12 --json"
        })
final class TopCommand extends MeshCommand {

    private static final String HOME = "\033[H";
    private static final String END_OF_LINE = "\033[K";
    private static final String REST = "\033[J";
    private static final Duration FINDING = Duration.ofSeconds(5);

    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = Values.Time.class,
            defaultValue = "1s",
            description = "How often to refresh. Default: ${DEFAULT-VALUE}.")
    Duration interval = Duration.ofSeconds(1);

    @Option(
            names = "--count",
            paramLabel = "N",
            converter = Values.Count.class,
            description = "End after so many times.")
    @Nullable
    Long count;

    TopCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    @Override
    public Integer call() throws InterruptedException {
        boolean isInPlace = terminal.hasColour() && !isJson;
        try (Peer peer = openObserving();
                Observatory observatory = Observatory.open(peer, discovery())) {
            observatory.awaitPeers(FINDING);
            observatory.awaitFlows(FINDING);
            if (isInPlace) {
                terminal.print(HOME + REST);
            }
            for (long shown = 0; count == null || shown < count; shown++) {
                if (stop.await(interval) || terminal.isDeaf()) {
                    break;
                }
                show(observatory, isInPlace);
            }
        }
        return ExitCode.SUCCESS;
    }

    private void show(Observatory observatory, boolean isInPlace) {
        List<ChannelRow> rows = ChannelRow.of(observatory.edges());
        if (isJson) {
            rows.forEach(row -> terminal.print(json(row)));
            return;
        }
        var lines = new ArrayList<String>();
        lines.add(head(observatory));
        lines.add(terminal.paint(
                String.format(
                        Locale.ROOT,
                        "%-32s %-8s %10s %10s %9s %9s %11s %9s",
                        "CHANNEL",
                        "STYLE",
                        "A SECOND",
                        "ERRORS",
                        "HALF IN",
                        "99% IN",
                        "SEEN",
                        "ERRORS"),
                Ink.BOLD));
        rows.forEach(row -> lines.add(line(row)));
        if (rows.isEmpty()) {
            lines.add(terminal.paint("nothing flows", Ink.DIM));
        }
        if (isInPlace) {
            terminal.print(HOME + String.join(END_OF_LINE + '\n', lines) + END_OF_LINE + REST);
        } else {
            lines.forEach(terminal::print);
        }
    }

    private String head(Observatory observatory) {
        Collection<ObservedPeer> peers = observatory.peers();
        long up = count(peers, Status.UP);
        long away = count(peers, Status.SILENT) + count(peers, Status.GONE);
        long leftOut = observatory.leftOut();
        return terminal.paint(up + (up == 1 ? " peer is up" : " peers are up"), Ink.GREEN)
                + (away == 0 ? "" : ", " + terminal.paint(away + " silent or gone", Ink.RED))
                + " in " + describeMesh()
                + (leftOut == 0 ? "" : terminal.paint(", about " + leftOut + " steps left out", Ink.YELLOW));
    }

    private static long count(Collection<ObservedPeer> peers, Status status) {
        return peers.stream().filter(peer -> peer.status() == status).count();
    }

    private String line(ChannelRow row) {
        String line = String.format(
                Locale.ROOT,
                "%-32s %-8s %10.1f %10.1f %9s %9s %11d %9d",
                row.channel(),
                row.style(),
                row.rate(),
                row.errorRate(),
                took(row.p50Nanos()),
                took(row.p99Nanos()),
                row.messages(),
                row.errors());
        return row.errorRate() > 0 ? terminal.paint(line, Ink.RED) : line;
    }

    private static String took(long nanos) {
        return nanos == 0 ? "-" : Texts.took(nanos);
    }

    private static String json(ChannelRow row) {
        var line = new LinkedHashMap<String, Object>();
        line.put("channel", row.channel());
        line.put("style", row.style());
        line.put("rate", row.rate());
        line.put("errorRate", row.errorRate());
        line.put("p50Nanos", row.p50Nanos());
        line.put("p99Nanos", row.p99Nanos());
        line.put("messages", row.messages());
        line.put("errors", row.errors());
        return Json.write(line);
    }
}
