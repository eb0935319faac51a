package io.parley.console.flow;

import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Terminal.Ink;
import io.parley.console.terminal.Texts;
import io.parley.observe.FlowStep;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Lays out flows in columns: when, who to whom, in which style, the message's type, the conversation, how long it took, what
 * became of it. Immutable.
 */
public final class FlowText {

    private static final Ink[] PEERS = {Ink.CYAN, Ink.BLUE, Ink.MAGENTA, Ink.YELLOW, Ink.GREEN};

    private final Terminal terminal;

    public FlowText(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The columns' titles. */
    public String titles() {
        return terminal.paint(
                String.format(
                        Locale.ROOT,
                        "%-12s %-16s   %-16s %-8s %-15s %-15s %9s  %s",
                        "TIME",
                        "FROM",
                        "TO",
                        "STYLE",
                        "MESSAGE",
                        "CONVERSATION",
                        "TOOK",
                        "OUTCOME"),
                Ink.BOLD);
    }

    /** One line for {@code flow}. */
    public String line(Flow flow) {
        // Of a message to many, this is what one of them made of it.
        String to = flow.to().equals(flow.channel()) && flow.step() != FlowStep.SENT ? flow.peer() : flow.to();
        LocalTime time = flow.at().atZone(ZoneId.systemDefault()).toLocalTime().truncatedTo(ChronoUnit.MILLIS);
        String took = flow.nanos() == 0 ? "" : Texts.took(flow.nanos());
        return terminal.paint(String.format(Locale.ROOT, "%tT.%<tL", time), Ink.DIM)
                + ' '
                + peer(flow.from(), instance(flow.from()))
                + terminal.paint(" → ", Ink.DIM)
                + peer(to, to.equals(flow.channel()) ? to : instance(to))
                + ' '
                + String.format(Locale.ROOT, "%-8s %-15s ", flow.style(), cut(flow.type(), 15))
                + terminal.paint(String.format(Locale.ROOT, "%-15s", shortened(flow.correlationId())), Ink.DIM)
                + String.format(Locale.ROOT, " %9s  ", took)
                + outcome(flow);
    }

    private String peer(String label, String name) {
        String service = label.substring(0, Math.max(0, label.indexOf('/')));
        String padded = String.format(Locale.ROOT, "%-16s", cut(name, 16));
        return terminal.paint(padded, PEERS[Math.floorMod(service.hashCode(), PEERS.length)]);
    }

    private static String instance(String label) {
        return label.substring(label.indexOf('/') + 1);
    }

    private String outcome(Flow flow) {
        String word = flow.step().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        Ink ink =
                switch (flow.step()) {
                    case SENT -> Ink.DIM;
                    case HANDLED, ANSWERED -> Ink.GREEN;
                    case FAULTED, REFUSED -> Ink.YELLOW;
                    case TIMED_OUT, LINK_LOST, DROPPED, GAP -> Ink.RED;
                };
        return terminal.paint(word, ink) + (flow.detail().isEmpty() ? "" : ' ' + cut(flow.detail(), 100));
    }

    /** A conversation is known by its beginning and its end: a message id's digits in between say little. */
    private static String shortened(String correlationId) {
        int length = correlationId.length();
        return length <= 15
                ? correlationId
                : correlationId.substring(0, 4) + '…' + correlationId.substring(length - 10);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + '…';
    }
}
