package io.parley.console.observe;

import io.parley.console.flow.Flow;
import io.parley.console.terminal.Texts;
import io.parley.observe.FlowStep;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What became of one message, by the steps that were seen of it; and what did not happen. Confined to one thread. */
final class MessageOutcome {

    private final List<Flow> flows;
    private final long at;
    private final AnswerCoverage coverage;
    private final Map<FlowStep, List<Flow>> byStep = new EnumMap<>(FlowStep.class);
    private final Flow any;

    /**
     * @param flows the steps of the message, in their order; at least one
     * @param at when the first of them was taken, in nanoseconds since the origin of the story
     */
    MessageOutcome(List<Flow> flows, long at, AnswerCoverage coverage) {
        this.flows = flows;
        this.at = at;
        this.coverage = coverage;
        flows.forEach(flow ->
                byStep.computeIfAbsent(flow.step(), unseen -> new ArrayList<>()).add(flow));
        any = flows.get(0);
    }

    Story.Sent sent(int depth) {
        List<String> missing = missing();
        Flow last = outcome();
        return new Story.Sent(
                any.id(),
                any.causationId(),
                depth,
                any.channel(),
                any.style(),
                first(Flow::kind),
                first(Flow::type),
                first(flow -> flow.contents().key()),
                flows.stream()
                        .map(flow -> flow.contents().headers())
                        .filter(headers -> !headers.isEmpty())
                        .findFirst()
                        .orElse(Map.of()),
                any.from(),
                List.copyOf(receivers()),
                flows.stream().mapToInt(Flow::attempt).max().orElse(1),
                nanos(FlowStep.SENT) + nanos(FlowStep.BEGUN),
                nanos(FlowStep.HANDLED),
                nanos(FlowStep.ANSWERED),
                words(last),
                last.step().isTrouble() || !missing.isEmpty(),
                missing);
    }

    /** The first text that some step has. */
    private String first(Function<Flow, String> text) {
        return flows.stream()
                .map(text)
                .filter(told -> !told.isEmpty())
                .findFirst()
                .orElse("");
    }

    private boolean has(FlowStep step) {
        return byStep.containsKey(step);
    }

    private long nanos(FlowStep step) {
        return byStep.getOrDefault(step, List.of()).stream()
                .mapToLong(Flow::nanos)
                .max()
                .orElse(0);
    }

    private Set<String> receivers() {
        var receivers = new LinkedHashSet<String>();
        for (Flow flow : flows) {
            boolean isSame = flow.from().equals(any.from());
            if (isSame && !flow.to().equals(flow.channel()) && flow.to().indexOf('/') > 0) {
                receivers.add(flow.to());
            }
        }
        return receivers;
    }

    /** The step that says most about how it ended: what its sender saw of it, else what its receiver did. */
    private Flow outcome() {
        Flow best = any;
        for (Flow flow : flows) {
            boolean isOfSender = flow.peer().equals(flow.from());
            boolean isEnd = flow.step() == FlowStep.ANSWERED
                    || flow.step() == FlowStep.HANDLED
                    || flow.step().isTrouble();
            if (isEnd && (isOfSender || !isEnd(best)) || !isEnd(best)) {
                best = flow;
            }
        }
        return best;
    }

    private static boolean isEnd(Flow flow) {
        return flow.step() == FlowStep.ANSWERED || flow.step().isTrouble();
    }

    private static String words(Flow flow) {
        String word = flow.step().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String took = flow.nanos() == 0 ? "" : " after " + Texts.took(flow.nanos());
        return word + took + (flow.detail().isEmpty() ? "" : ": " + flow.detail());
    }

    private boolean isAnswered() {
        return any.style().equals("request") || any.style().equals("survey");
    }

    private List<String> missing() {
        var missing = new ArrayList<String>();
        if (has(FlowStep.ENQUEUED) && !has(FlowStep.SENT) && !hasTrouble()) {
            missing.add("it was never sent: it waits for a link, or for room on one");
        }
        if (has(FlowStep.SENT) && !isHeardOfElsewhere() && (!hasTrouble() || isWaitedForInVain())) {
            missing.add(notReceived());
        }
        for (Flow received : byStep.getOrDefault(FlowStep.RECEIVED, List.of())) {
            missingAt(received.peer(), missing);
        }
        if (any.style().equals("request") && has(FlowStep.SENT)) {
            missingReply(missing);
        }
        if (isAnswered() && !flows.stream().anyMatch(flow -> flow.peer().equals(flow.from()))) {
            missingAsker(missing);
        }
        for (Flow dropped : byStep.getOrDefault(FlowStep.DROPPED, List.of())) {
            if (!isLateReply(dropped)) {
                String what = isAnswer(dropped) ? "an answer to it" : "it";
                missing.add("at " + dropped.peer() + " " + what + " was dropped: " + dropped.detail());
            }
        }
        return missing;
    }

    /** Whether anybody but its sender has told of it. */
    private boolean isHeardOfElsewhere() {
        return flows.stream().anyMatch(flow -> !flow.peer().equals(any.from()));
    }

    private boolean isWaitedForInVain() {
        return isAnswered() && (hasAt(FlowStep.TIMED_OUT, any.from()) || hasAt(FlowStep.LINK_LOST, any.from()));
    }

    private void missingReply(List<String> missing) {
        String asker = any.from();
        String noReply = "no reply has come to " + asker;
        if (byStep.getOrDefault(FlowStep.DROPPED, List.of()).stream().anyMatch(this::isLateReply)) {
            missing.add("its reply came to " + asker + " too late, and was dropped");
        } else if (hasAt(FlowStep.TIMED_OUT, asker)) {
            missing.add(noReply + " before the deadline");
        } else if (hasAt(FlowStep.LINK_LOST, asker)) {
            missing.add(noReply + ", as the link was lost");
        } else if (!has(FlowStep.ANSWERED) && !hasTroubleAt(asker)) {
            missing.add(noReply);
        }
    }

    /** Nothing is known of whoever asked: what became of the answers nobody else can tell. */
    private void missingAsker(List<String> missing) {
        String why = coverage.silence(any.from(), at).map(text -> ": " + text).orElse("");
        for (Flow flow : flows) {
            if (flow.step() == FlowStep.REPLIED || flow.step() == FlowStep.REFUSED) {
                missing.add(answer(flow) + "; whether that came to " + any.from() + " is not known" + why);
            }
        }
    }

    private String answer(Flow flow) {
        if (flow.step() == FlowStep.REFUSED) {
            return flow.peer() + " has refused it (" + flow.detail() + ')';
        }
        return flow.peer() + (hasAt(FlowStep.FAULTED, flow.peer()) ? " has replied that it failed" : " has replied");
    }

    private boolean isLateReply(Flow dropped) {
        return isAnswer(dropped) && hasAt(FlowStep.TIMED_OUT, any.from());
    }

    /** What its sender drops and has not sent is an answer. */
    private boolean isAnswer(Flow dropped) {
        return dropped.peer().equals(any.from()) && !dropped.from().equals(any.from());
    }

    private String notReceived() {
        Set<String> receivers = receivers();
        if (receivers.isEmpty()) {
            return "nobody has told that it arrived";
        }
        String receiver = receivers.iterator().next();
        return coverage.silence(receiver, at)
                .map(why -> "whether it arrived is not known: " + why)
                .orElse("it has not arrived at " + receiver);
    }

    private void missingAt(String peer, List<String> missing) {
        if (hasTroubleAt(peer)) {
            return;
        }
        if (!hasAt(FlowStep.BEGUN, peer)) {
            missing.add("at " + peer + " its handler has not begun");
        } else if (!hasAt(FlowStep.HANDLED, peer)) {
            missing.add("at " + peer + " its handler has not ended");
        } else if (isAnswered() && !hasAt(FlowStep.REPLIED, peer)) {
            missing.add("no answer has left " + peer);
        }
    }

    private boolean hasAt(FlowStep step, String peer) {
        return byStep.getOrDefault(step, List.of()).stream()
                .anyMatch(flow -> flow.peer().equals(peer));
    }

    private boolean hasTrouble() {
        return flows.stream().anyMatch(flow -> flow.step().isTrouble());
    }

    private boolean hasTroubleAt(String peer) {
        return flows.stream()
                .anyMatch(flow -> flow.step().isTrouble() && flow.peer().equals(peer));
    }
}
