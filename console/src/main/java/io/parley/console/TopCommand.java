package io.parley.console;

import io.parley.Peer;
import io.parley.console.json.Json;
import io.parley.console.observe.ChannelRow;
import io.parley.console.observe.Observatory;
import io.parley.console.observe.ObservedPeer;
import io.parley.console.observe.ObservedPeer.Status;
import io.parley.console.terminal.LiveScreen;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Terminal.Ink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parley top}. Confined to one thread. */
@Command(
        name = "top",
        description = "Show the channels of the mesh: rates, latencies and errors, refreshed until Ctrl-C.",
        footer = {
            "",
            "Channels on which something fails come first, then the busiest. Rates are of the last 5 seconds, latencies of",
            "the last 20: those of the answer, or if there is none, of the handler. On a terminal the table is refreshed in",
            "place and as large as there is room; elsewhere one follows the other, with all channels.",
            "Under load peers tell of a sample of their messages; how many steps are left out is said.",
            "",
            "  parley top",
            "  parley top --every 5s --count 12 --json"
        })
final class TopCommand extends MeshCommand {

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
        try (Peer peer = openObserving();
                Observatory observatory = Observatory.open(peer, discovery(), departures)) {
            observatory.awaitPeers(FINDING);
            observatory.awaitFlows(FINDING);
            if (terminal.isScreen() && !isJson) {
                showInPlace(observatory);
            } else {
                repeat(() -> show(observatory));
            }
        }
        return ExitCode.SUCCESS;
    }

    private void showInPlace(Observatory observatory) throws InterruptedException {
        try (LiveScreen screen = LiveScreen.open(terminal)) {
            screen.size();
            screen.show(List.of(terminal.paint("looking at " + describeMesh() + "…", Ink.DIM)));
            repeat(() -> {
                TopTable table = TopTable.fitting(terminal, screen.size());
                screen.show(lines(observatory, table));
            });
        }
    }

    private interface Refresh {
        void run() throws InterruptedException;
    }

    private void repeat(Refresh refresh) throws InterruptedException {
        for (long shown = 0; count == null || shown < count; shown++) {
            if (stop.await(interval) || terminal.isDeaf()) {
                return;
            }
            refresh.run();
        }
    }

    private void show(Observatory observatory) {
        if (isJson) {
            if (observatory.leftOut() > 0) {
                terminal.print(Json.write(Map.of("leftOut", observatory.leftOut())));
            }
            ChannelRow.of(observatory.edges()).forEach(row -> terminal.print(json(row)));
        } else {
            lines(observatory, TopTable.whole(terminal)).forEach(terminal::print);
        }
    }

    private List<String> lines(Observatory observatory, TopTable table) {
        var lines = new ArrayList<String>();
        lines.add(head(observatory));
        lines.addAll(table.lines(ChannelRow.of(observatory.edges())));
        return lines;
    }

    private String head(Observatory observatory) {
        Collection<ObservedPeer> peers = observatory.peers();
        long up = count(peers, Status.UP);
        long away = count(peers, Status.SILENT) + count(peers, Status.GONE);
        long leftOut = observatory.leftOutLately();
        return terminal.paint(up + (up == 1 ? " peer is up" : " peers are up"), Ink.GREEN)
                + (away == 0 ? "" : ", " + terminal.paint(away + " silent or gone", Ink.RED))
                + " in " + describeMesh()
                + (leftOut == 0
                        ? ""
                        : terminal.paint(", about " + leftOut + " steps left out in the last minute", Ink.YELLOW));
    }

    private static long count(Collection<ObservedPeer> peers, Status status) {
        return peers.stream().filter(peer -> peer.status() == status).count();
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
