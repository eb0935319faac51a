package io.parley.console.observe;

import io.parley.console.flow.Flow;
import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Terminal.Ink;
import io.parley.console.terminal.Texts;
import io.parley.text.PlainText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A story as lines of text: every step, then each message and what became of it, then how sure all that is. Immutable. */
public final class StoryText {

    private final Terminal terminal;

    public StoryText(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The lines. */
    public List<String> lines(Story story) {
        var lines = new ArrayList<String>();
        long took = story.steps().isEmpty()
                ? 0
                : story.steps().get(story.steps().size() - 1).nanos();
        long peers = story.steps().stream()
                .map(step -> step.flow().peer())
                .distinct()
                .count();
        lines.add(terminal.paint(
                story.id() + ": " + count(story.messages().size(), "message") + ", " + count(peers, "peer") + ", "
                        + Texts.took(took) + ", begun " + story.begin(),
                Ink.BOLD));
        Map<String, Integer> depths = new HashMap<>();
        story.messages().forEach(sent -> depths.put(sent.id(), sent.depth()));
        story.steps()
                .forEach(step ->
                        lines.add(line(step, depths.getOrDefault(step.flow().id(), 0))));
        lines.add("");
        story.messages().forEach(sent -> addMessage(sent, lines));
        addClocks(story.skews(), lines);
        story.doubts().forEach(doubt -> lines.add(terminal.paint("But " + PlainText.of(doubt) + '.', Ink.YELLOW)));
        return lines;
    }

    private String line(Story.Step step, int depth) {
        Flow flow = step.flow();
        boolean isTrouble = flow.step().isTrouble();
        String to = flow.to().isEmpty() ? flow.channel() : flow.to();
        String what =
                PlainText.of("  ".repeat(depth) + flow.channel() + (flow.type().isEmpty() ? "" : " " + flow.type()));
        return terminal.paint(String.format(Locale.ROOT, "%11s ", '+' + Texts.took(step.nanos())), Ink.DIM)
                + String.format(Locale.ROOT, " %-20s ", instance(flow.peer()))
                + terminal.paint(String.format(Locale.ROOT, "%-13s", word(flow)), isTrouble ? Ink.RED : Ink.GREEN)
                + String.format(Locale.ROOT, " %-38s ", what)
                + terminal.paint(instance(flow.from()) + " → " + receiver(to, flow), Ink.DIM)
                + (flow.attempt() > 1 ? " attempt " + flow.attempt() : "")
                + (flow.nanos() > 0 ? " " + meaning(flow) + ' ' + Texts.took(flow.nanos()) : "")
                + (flow.detail().isEmpty() ? "" : "  " + PlainText.of(flow.detail()));
    }

    private void addMessage(Story.Sent sent, List<String> lines) {
        String indent = "  ".repeat(sent.depth());
        String to = sent.to().isEmpty()
                ? ""
                : " → "
                        + String.join(
                                ", ",
                                sent.to().stream().map(StoryText::instance).toList());
        lines.add(indent + terminal.paint(PlainText.of(sent.channel()), Ink.BOLD) + ' '
                + PlainText.of(words(sent.style(), sent.kind(), sent.type())) + ' '
                + terminal.paint(PlainText.of(sent.id()), Ink.DIM)
                + "  " + instance(sent.from()) + to);
        var parts = new ArrayList<String>();
        parts.add(terminal.paint(PlainText.of(sent.outcome()), sent.isTrouble() ? Ink.RED : Ink.GREEN));
        if (sent.attempts() > 1) {
            parts.add(sent.attempts() + " attempts");
        }
        addTime(parts, "queued", sent.queuedNanos());
        addTime(parts, "handled", sent.handledNanos());
        addTime(parts, "round trip", sent.roundTripNanos());
        lines.add(indent + "  " + String.join(", ", parts));
        if (!sent.key().isEmpty()) {
            lines.add(indent + "  " + insight("key", sent.key()));
        }
        sent.headers().forEach((name, value) -> lines.add(indent + "  " + insight("header " + name, value)));
        sent.missing().forEach(what -> lines.add(indent + "  " + terminal.paint("but " + PlainText.of(what), Ink.RED)));
    }

    /** What a sender has said besides the payload. */
    private String insight(String name, String value) {
        return terminal.paint(PlainText.of(name + ": "), Ink.DIM) + PlainText.of(value);
    }

    /** Those that are there, with spaces between them. */
    private static String words(String... words) {
        return Stream.of(words).filter(word -> !word.isEmpty()).collect(Collectors.joining(" "));
    }

    private static void addTime(List<String> parts, String what, long nanos) {
        if (nanos > 0) {
            parts.add(what + ' ' + Texts.took(nanos));
        }
    }

    private void addClocks(List<Story.Skew> skews, List<String> lines) {
        if (skews.isEmpty()) {
            return;
        }
        var texts = new ArrayList<String>();
        for (Story.Skew skew : skews) {
            texts.add(instance(skew.peer()) + ' ' + (skew.ahead().isNegative() ? "-" : "+")
                    + took(skew.ahead().abs()) + " ± " + took(skew.doubt()));
        }
        lines.add(terminal.paint(
                "Clocks were taken to be apart from this one's by: " + String.join(", ", texts), Ink.DIM));
    }

    private static String took(Duration duration) {
        return Texts.took(duration.toNanos());
    }

    private static String word(Flow flow) {
        return flow.step().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String meaning(Flow flow) {
        return switch (flow.step()) {
            case SENT, BEGUN -> "waited";
            case HANDLED -> "took";
            default -> "after";
        };
    }

    private static String count(long many, String what) {
        return many + " " + what + (many == 1 ? "" : "s");
    }

    /** All who subscribe are named by their channel, which has a slash as well. */
    private static String receiver(String to, Flow flow) {
        return to.equals(flow.channel()) ? PlainText.of(to) : instance(to);
    }

    private static String instance(String label) {
        return PlainText.of(label.substring(label.indexOf('/') + 1));
    }
}
