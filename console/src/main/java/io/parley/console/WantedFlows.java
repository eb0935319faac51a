package io.parley.console;

import io.parley.console.flow.Flow;
import io.parley.console.flow.FlowFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which flows are to be shown, as the command line says it. Confined to one thread. */
final class WantedFlows {

    @Option(
            names = "--channel",
            paramLabel = "CHANNEL",
            description = "Only flows on this channel, owner/name; may be repeated.")
    List<String> channels = new ArrayList<>();

    @Option(names = "--id", paramLabel = "ID", description = "Only flows of this message or conversation.")
    @Nullable
    String id;

    @Option(names = "--service", paramLabel = "NAME", description = "Only flows from, to or at this service or peer.")
    @Nullable
    String service;

    @Option(
            names = "--style",
            paramLabel = "STYLE",
            description = "Only flows in this style: one-way, request, publish or survey.")
    @Nullable
    String style;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "Only flows of messages of this kind: document, command or event.")
    @Nullable
    String kind;

    @Option(
            names = "--outcome",
            paramLabel = "OUTCOME",
            description = "Only steps that tell of this: done, failed, faulted, refused, timed-out or lost.")
    @Nullable
    String outcome;

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = {
                "Only flows with this in their type, channel, ids or detail; or in key or headers, where",
                "peers show them. A header is NAME=VALUE."
            })
    @Nullable
    String text;

    /**
     * Those that are shown.
     *
     * @throws CommandException if there can be none
     */
    Predicate<Flow> filter() {
        var wanted = new HashMap<String, String>();
        put(wanted, "correlation", id);
        put(wanted, "service", service);
        put(wanted, "style", style);
        put(wanted, "kind", kind);
        put(wanted, "outcome", outcome);
        put(wanted, "text", text);
        try {
            Predicate<Flow> filter = new FlowFilter(wanted);
            return channels.isEmpty() ? filter : filter.and(flow -> channels.contains(flow.channel()));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.WRONG_USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static void put(Map<String, String> wanted, String name, @Nullable String value) {
        if (value != null) {
            wanted.put(name, value);
        }
    }
}
