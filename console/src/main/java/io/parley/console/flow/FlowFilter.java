package io.parley.console.flow;

import io.parley.channel.InteractionStyle;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageKind;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which flows somebody wants to see: a service or peer, a channel, a style, a kind, what became of them, a conversation, a text. What is not asked
 * for does not matter. Immutable.
 */
public final class FlowFilter implements Predicate<Flow> {

    private static final int MOST_TEXT = 255;
    private static final List<String> STYLES =
            Arrays.stream(InteractionStyle.values()).map(InteractionStyle::text).toList();
    private static final List<String> KINDS =
            Arrays.stream(MessageKind.values()).map(MessageKind::text).toList();

    /** What became of a message, and the steps that tell. */
    private static final Map<String, Set<FlowStep>> OUTCOMES = outcomes();

    private final String service;
    private final String channel;
    private final String style;
    private final String kind;
    private final Set<FlowStep> steps;
    private final String conversation;
    private final Predicate<Flow> text;

    /**
     * A filter by {@code service}, {@code channel}, {@code style}, {@code kind}, {@code outcome}, {@code correlation} and {@code text}; those that
     * are not there, or empty, and any others do not matter.
     *
     * @throws IllegalArgumentException if one has a value that nothing can have; the message names those that there are
     */
    public FlowFilter(Map<String, String> wanted) {
        service = wanted.getOrDefault("service", "");
        channel = wanted.getOrDefault("channel", "");
        style = oneOf(STYLES, "style", wanted);
        kind = oneOf(KINDS, "kind", wanted);
        String outcome = oneOf(OUTCOMES.keySet(), "outcome", wanted);
        steps = OUTCOMES.getOrDefault(outcome, Set.of());
        conversation = bounded("correlation", wanted);
        String part = bounded("text", wanted);
        text = part.isEmpty() ? flow -> true : new TextFilter(part);
    }

    private static Map<String, Set<FlowStep>> outcomes() {
        Set<FlowStep> lost = EnumSet.of(FlowStep.LINK_LOST, FlowStep.DROPPED, FlowStep.GAP, FlowStep.DEAD_LETTERED);
        Set<FlowStep> failed = EnumSet.of(FlowStep.FAULTED, FlowStep.REFUSED, FlowStep.TIMED_OUT);
        failed.addAll(lost);
        var outcomes = new LinkedHashMap<String, Set<FlowStep>>();
        outcomes.put("done", EnumSet.of(FlowStep.HANDLED, FlowStep.ANSWERED));
        outcomes.put("failed", failed);
        outcomes.put("faulted", EnumSet.of(FlowStep.FAULTED));
        outcomes.put("refused", EnumSet.of(FlowStep.REFUSED));
        outcomes.put("timed-out", EnumSet.of(FlowStep.TIMED_OUT));
        outcomes.put("lost", lost);
        return outcomes;
    }

    private static String oneOf(Collection<String> values, String name, Map<String, String> wanted) {
        String value = wanted.getOrDefault(name, "");
        if (!value.isEmpty() && !values.contains(value)) {
            throw new IllegalArgumentException("expected as " + name + " one of " + String.join(", ", values)
                    + ", not '" + (value.length() <= MOST_TEXT ? value : value.substring(0, MOST_TEXT) + '…') + "'");
        }
        return value;
    }

    private static String bounded(String name, Map<String, String> wanted) {
        String value = wanted.getOrDefault(name, "");
        if (value.length() > MOST_TEXT) {
            throw new IllegalArgumentException("expected as " + name + " " + MOST_TEXT + " characters at most");
        }
        return value;
    }

    @Override
    public boolean test(Flow flow) {
        return (channel.isEmpty() || flow.channel().equals(channel))
                && (style.isEmpty() || flow.style().equals(style))
                && (kind.isEmpty() || flow.kind().equals(kind))
                && (steps.isEmpty() || steps.contains(flow.step()))
                && (conversation.isEmpty()
                        || flow.correlationId().equals(conversation)
                        || flow.id().equals(conversation))
                && (service.isEmpty() || isOf(flow.from()) || isOf(flow.to()) || isOf(flow.peer()))
                && text.test(flow);
    }

    /** Whether {@code label} is the peer asked for, or of the service asked for. */
    private boolean isOf(String label) {
        return label.equals(service)
                || label.length() > service.length()
                        && label.charAt(service.length()) == '/'
                        && label.startsWith(service);
    }
}
