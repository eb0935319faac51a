package io.parley.console;

import io.parley.Peer;
import io.parley.console.flow.Flow;
import io.parley.console.flow.FlowText;
import io.parley.console.flow.LineWriter;
import io.parley.console.json.Json;
import io.parley.console.observe.Observatory;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parley watch}. Confined to one thread, but for flows, which come in any. */
@Command(
        name = "watch",
        description = "Print what flows in the mesh as it does, one line a flow, until Ctrl-C.",
        footer = {
            "",
            "Of each message one line is printed, when it is known what became of it; and one when a peer avoids another, or",
            "tries it again (the circuit to it moves). Under load peers tell of a sample of their messages; how much is left",
            "out is said.",
            "",
            "  parley watch",
            "  parley watch --channel orders/place --channel warehouse/ship",
            "  parley watch --text came-by=phone --outcome failed",
            "  parley watch --all --id customer-1/12 --json"
        })
final class WatchCommand extends MeshCommand {

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration FINDING = Duration.ofSeconds(5);

    @Mixin
    WantedFlows wanted = new WantedFlows();

    @Option(
            names = {"-a", "--all"},
            description = "Every step of every message, at both ends; and which peers come and go.")
    boolean isEverything;

    @Option(names = "--count", paramLabel = "N", converter = Values.Count.class, description = "End after so many.")
    @Nullable
    Long count;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Values.Time.class,
            description = "End after so long, such as 30s or 5m. With --count, the exit code is 3 if fewer came.")
    @Nullable
    Duration timeout;

    private final Stop done = new Stop();
    private long seen;

    WatchCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    @Override
    public Integer call() throws InterruptedException {
        Predicate<Flow> filter = wanted.filter();
        stop.onRequest(done::request);
        var text = new FlowText(terminal);
        try (var writer = new LineWriter(terminal::print, this::endIfDeaf);
                Peer peer = openObserving();
                Observatory observatory = Observatory.open(peer, discovery(), departures)) {
            if (!isJson) {
                terminal.print(text.titles());
            }
            observatory.listen(new Observatory.Listener() {
                @Override
                public void onFlows(List<Flow> flows) {
                    flows.forEach(flow -> show(flow, filter, observatory, writer, text));
                }

                @Override
                public void onTrouble(String what, Throwable cause) {
                    terminal.complain("parley: " + what + ": " + cause.getMessage());
                }
            });
            tellReady(observatory);
            await(observatory);
        }
        return isShort() && !stop.isRequested() ? ExitCode.TIMED_OUT : ExitCode.SUCCESS;
    }

    private void tellReady(Observatory observatory) throws InterruptedException {
        if (observatory.awaitPeers(FINDING) && observatory.awaitFlows(FINDING)) {
            int peers = observatory.peers().size();
            if (isJson) {
                terminal.print(Json.write(Map.of("watching", peers)));
            } else {
                note("watching " + peers + (peers == 1 ? " peer" : " peers") + " in " + describeMesh());
            }
        }
    }

    private void await(Observatory observatory) throws InterruptedException {
        long start = System.nanoTime();
        long leftOut = 0;
        while (!done.await(LOOK)) {
            if (timeout != null && System.nanoTime() - start >= timeout.toNanos()) {
                return;
            }
            long now = observatory.leftOut();
            if (now > leftOut + leftOut / 10) {
                tellLeftOut(now);
                leftOut = now;
            }
        }
    }

    private void tellLeftOut(long steps) {
        if (isJson) {
            terminal.print(Json.write(Map.of("leftOut", steps)));
        } else {
            note("about " + steps + " steps are left out: there were too many to be told");
        }
    }

    private synchronized boolean isShort() {
        return count != null && seen < count;
    }

    private void endIfDeaf() {
        if (terminal.isDeaf()) {
            done.request();
        }
    }

    private synchronized void show(
            Flow flow, Predicate<Flow> filter, Observatory observatory, LineWriter writer, FlowText text) {
        if (done.isRequested() || !isWanted(flow, filter, observatory)) {
            return;
        }
        writer.write(() -> isJson ? flow.toJson() : text.line(flow));
        seen++;
        if (count != null && seen >= count) {
            done.request();
        }
    }

    private boolean isWanted(Flow flow, Predicate<Flow> filter, Observatory observatory) {
        return filter.test(flow) && (isEverything || isEnd(flow, observatory));
    }

    /** What becomes of a question is told by who asked, if we hear of that, and else by who was asked. */
    private static boolean isEnd(Flow flow, Observatory observatory) {
        if (!FlowText.isOutcome(flow.step())) {
            return false;
        }
        boolean isQuestion = flow.style().equals("request") || flow.style().equals("survey");
        return !isQuestion
                || flow.peer().equals(flow.from())
                || observatory.peer(flow.from()).isEmpty();
    }
}
