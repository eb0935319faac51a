package io.parley.console.flow;

import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Terminal.Ink;
import io.parley.console.terminal.Texts;
import io.parley.observe.FlowStep;
import io.parley.text.PlainText;
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
        if (flow.step().isOfPeer()) {
            return peerLine(flow);
        }
        // Of a message to many, this is what one of them made of it.
        boolean isOfReceiver = !flow.peer().equals(flow.from());
        String to = flow.to().equals(flow.channel()) && isOfReceiver ? flow.peer() : flow.to();
        String took = flow.nanos() == 0 ? "" : Texts.took(flow.nanos());
        return time(flow)
                + ' '
                + peer(flow.from(), instance(flow.from()))
                + terminal.paint(" → ", Ink.DIM)
                + peer(to, to.equals(flow.channel()) ? to : instance(to))
                + ' '
                + String.format(Locale.ROOT, "%-8s %-15s ", cut(flow.style(), 8), cut(flow.type(), 15))
                + terminal.paint(
                        String.format(Locale.ROOT, "%-15s", shortened(PlainText.of(flow.correlationId()))), Ink.DIM)
                + String.format(Locale.ROOT, " %9s  ", took)
                + outcome(flow);
    }

    /** What one peer saw of another. */
    private String peerLine(Flow flow) {
        return time(flow)
                + ' '
                + peer(flow.peer(), instance(flow.peer()))
                + terminal.paint(" … ", Ink.DIM)
                + peer(flow.to(), instance(flow.to()))
                + String.format(Locale.ROOT, "%52s", "")
                + outcome(flow);
    }

    private String time(Flow flow) {
        LocalTime time = flow.at().atZone(ZoneId.systemDefault()).toLocalTime().truncatedTo(ChronoUnit.MILLIS);
        return terminal.paint(String.format(Locale.ROOT, "%tT.%<tL", time), Ink.DIM);
    }

    private String peer(String label, String name) {
        String service = label.substring(0, Math.max(0, label.indexOf('/')));
        String padded = String.format(Locale.ROOT, "%-16s", cut(name, 16));
        return terminal.paint(padded, PEERS[Math.floorMod(service.hashCode(), PEERS.length)]);
    }

    /** Whether a step ends something: the steps on the way there are for those who look closer. */
    public static boolean isOutcome(FlowStep step) {
        return switch (step) {
            case ENQUEUED, SENT, RETRIED, HEDGED, RECEIVED, BEGUN, REPLIED, DEAD_LETTERED, PEER_CAME, PEER_WENT ->
                false;
            case HANDLED, ANSWERED, FAULTED, REFUSED, TIMED_OUT, LINK_LOST, DROPPED, GAP, CIRCUIT_MOVED -> true;
        };
    }

    private static String instance(String label) {
        return label.substring(label.indexOf('/') + 1);
    }

    private String outcome(Flow flow) {
        String word = flow.step().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        Ink ink =
                switch (flow.step()) {
                    case ENQUEUED, SENT, HEDGED, RECEIVED, BEGUN, REPLIED -> Ink.DIM;
                    case HANDLED, ANSWERED, PEER_CAME -> Ink.GREEN;
                    case FAULTED, REFUSED, RETRIED, PEER_WENT -> Ink.YELLOW;
                    case CIRCUIT_MOVED -> flow.detail().startsWith("closed") ? Ink.GREEN : Ink.RED;
                    case TIMED_OUT, LINK_LOST, DROPPED, GAP, DEAD_LETTERED -> Ink.RED;
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
        String plain = PlainText.of(text);
        return plain.length() <= length ? plain : plain.substring(0, length - 1) + '…';
    }
}
