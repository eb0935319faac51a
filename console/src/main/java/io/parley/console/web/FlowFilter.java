package io.parley.console.web;

import io.parley.console.flow.Flow;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which flows somebody wants to see: a service or peer, a channel, a style, a kind, what became of them, a conversation, a text. What is not asked
 * for does not matter. Immutable.
 */
final class FlowFilter implements Predicate<Flow> {

    private static final int MOST_TEXT = 200;

    /** What became of a message, and the steps that tell. */
    private static final Map<String, Set<String>> OUTCOMES = Map.of(
            "done", Set.of("HANDLED", "ANSWERED"),
            "failed", Set.of("FAULTED", "REFUSED", "TIMED_OUT", "LINK_LOST", "DROPPED", "GAP", "DEAD_LETTERED"),
            "faulted", Set.of("FAULTED"),
            "refused", Set.of("REFUSED"),
            "timed-out", Set.of("TIMED_OUT"),
            "lost", Set.of("LINK_LOST", "DROPPED", "GAP", "DEAD_LETTERED"));

    private final String service;
    private final String channel;
    private final String style;
    private final String kind;
    private final Set<String> steps;
    private final String conversation;
    private final String text;

    /** @param parameters what follows the question mark */
    FlowFilter(Map<String, String> parameters) {
        service = parameters.getOrDefault("service", "");
        channel = parameters.getOrDefault("channel", "");
        style = parameters.getOrDefault("style", "");
        kind = parameters.getOrDefault("kind", "");
        conversation = parameters.getOrDefault("correlation", "");
        text = parameters.getOrDefault("text", "").toLowerCase(Locale.ROOT);
        String outcome = parameters.getOrDefault("outcome", "");
        Set<String> known = OUTCOMES.get(outcome);
        if (known == null && !outcome.isEmpty()) {
            throw new ProblemException(
                    400, "bad-parameter", "Expected an outcome of " + String.join(", ", OUTCOMES.keySet()) + ".");
        }
        steps = known == null ? Set.of() : known;
        if (text.length() > MOST_TEXT || conversation.length() > MOST_TEXT) {
            throw new ProblemException(
                    400, "bad-parameter", "Expected a text of " + MOST_TEXT + " characters at most.");
        }
    }

    @Override
    public boolean test(Flow flow) {
        return (channel.isEmpty() || flow.channel().equals(channel))
                && (style.isEmpty() || flow.style().equals(style))
                && (kind.isEmpty() || flow.kind().equals(kind))
                && (steps.isEmpty() || steps.contains(flow.step().name()))
                && (conversation.isEmpty()
                        || flow.correlationId().equals(conversation)
                        || flow.id().equals(conversation))
                && (service.isEmpty() || isOf(flow.from()) || isOf(flow.to()) || isOf(flow.peer()))
                && (text.isEmpty() || hasText(flow));
    }

    /** Whether {@code label} is the peer asked for, or of the service asked for. */
    private boolean isOf(String label) {
        return label.equals(service)
                || label.length() > service.length()
                        && label.charAt(service.length()) == '/'
                        && label.startsWith(service);
    }

    private boolean hasText(Flow flow) {
        return has(flow.type())
                || has(flow.detail())
                || has(flow.correlationId())
                || has(flow.id())
                || has(flow.channel());
    }

    private boolean has(String value) {
        return value.toLowerCase(Locale.ROOT).contains(text);
    }
}
