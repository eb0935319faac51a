package io.parley.console;

import io.parley.Peer;
import io.parley.console.json.Json;
import io.parley.console.observe.Observatory;
import io.parley.console.observe.Story;
import io.parley.console.observe.StoryText;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley explain}. Confined to one thread. */
@Command(
        name = "explain",
        description =
                "Tell the story of a message or a conversation: who did what with it when, and what did not happen.",
        footer = {
            "",
            "Every peer keeps its latest steps; all of them are asked. What they have forgotten cannot be told.",
            "The exit code is 4 if nobody knows anything of it.",
            "",
            "  parley explain customer-1/12",
            "  parley explain 9f2c4a61d0b7e833-42 --json",
            "  parley explain payment/payment-1"
        })
final class ExplainCommand extends MeshCommand {

    @Parameters(
            paramLabel = "ID",
            description = {
                "A correlation id, or a message id such as 9f2c4a61d0b7e833-42. Or a peer, such as payment/payment-1:",
                "when others found and lost it, and avoided it."
            })
    String id = "";

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Values.Time.class,
            defaultValue = "5s",
            description = "How long to look for peers. Default: ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ofSeconds(5);

    ExplainCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Peer peer = openObserving();
                Observatory observatory = Observatory.withoutFlows(peer, discovery())) {
            observatory.awaitPeers(timeout);
            Story story = await(observatory.explain(id));
            if (!story.isKnown() && !isJson) {
                note("Nobody in " + describeMesh() + " knows anything of " + id + " ("
                        + observatory.peers().size() + " asked).");
                story.doubts().forEach(doubt -> note("But " + doubt + '.'));
            } else if (isJson) {
                terminal.print(json(story));
            } else {
                new StoryText(terminal).lines(story).forEach(terminal::print);
            }
            return story.isKnown() ? ExitCode.SUCCESS : ExitCode.NOT_FOUND;
        }
    }

    private Story await(CompletableFuture<Story> story) {
        stop.onRequest(() -> story.completeExceptionally(new CommandException(ExitCode.INTERRUPTED, "interrupted")));
        return story.join();
    }

    private static String json(Story story) {
        var line = new LinkedHashMap<String, Object>();
        line.put("id", story.id());
        line.put("begin", story.begin().toString());
        line.put("steps", story.steps().stream().map(ExplainCommand::fields).toList());
        line.put(
                "messages",
                story.messages().stream().map(ExplainCommand::fields).toList());
        line.put("clocks", story.skews().stream().map(ExplainCommand::fields).toList());
        line.put("doubts", List.copyOf(story.doubts()));
        return Json.write(line);
    }

    private static Map<String, Object> fields(Story.Step step) {
        Map<String, Object> fields = step.flow().fields();
        fields.put("sinceBeginNanos", step.nanos());
        return fields;
    }

    private static Map<String, Object> fields(Story.Sent sent) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", sent.id());
        fields.put("causationId", sent.causationId());
        fields.put("channel", sent.channel());
        fields.put("style", sent.style());
        fields.put("kind", sent.kind());
        fields.put("type", sent.type());
        if (!sent.key().isEmpty()) {
            fields.put("key", sent.key());
        }
        if (!sent.headers().isEmpty()) {
            fields.put("headers", sent.headers());
        }
        fields.put("from", sent.from());
        fields.put("to", sent.to());
        fields.put("attempts", sent.attempts());
        fields.put("queuedNanos", sent.queuedNanos());
        fields.put("handledNanos", sent.handledNanos());
        fields.put("roundTripNanos", sent.roundTripNanos());
        fields.put("outcome", sent.outcome());
        fields.put("isTrouble", sent.isTrouble());
        fields.put("missing", sent.missing());
        return fields;
    }

    private static Map<String, Object> fields(Story.Skew skew) {
        return Map.of(
                "peer", skew.peer(),
                "aheadNanos", skew.ahead().toNanos(),
                "doubtNanos", skew.doubt().toNanos());
    }
}
