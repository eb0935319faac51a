package io.parley.console.observe;

import io.parley.console.flow.Flow;
import io.parley.observe.FlowStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Joins what several peers have recorded into one story. Confined to one thread. */
final class Storyteller {

    private final String id;
    private final Collection<Answer> answers;
    private final Instant origin;
    private final Clocks clocks = new Clocks();
    private final List<Told> told = new ArrayList<>();

    /** A step with the answer that it was in. */
    private record Told(Flow flow, Answer in, long nanos) {

        String key() {
            return flow.peer() + ' ' + flow.nanoTime() + ' ' + flow.step() + ' ' + flow.id() + ' ' + flow.to();
        }
    }

    /** @param answers of all peers, several of one if need be */
    Storyteller(String id, Collection<Answer> answers) {
        this.id = id;
        this.answers = answers;
        origin = answers.stream()
                .map(Answer::askedAt)
                .min(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
        Map<String, Told> steps = new LinkedHashMap<>();
        for (Answer answer : answers) {
            for (Flow flow : answer.flows()) {
                var step = new Told(flow, answer, answer.nanosSince(origin, flow));
                steps.putIfAbsent(step.key(), step);
            }
        }
        told.addAll(steps.values());
    }

    /** @param silent the peers that could not be asked */
    Story tell(Collection<String> silent) {
        clocks.settle(orders());
        told.sort(Comparator.comparingLong(this::time).thenComparingInt(step -> rank(step.flow)));
        sortByCause();
        long begin = told.isEmpty() ? 0 : time(told.get(0));
        List<Story.Step> steps = told.stream()
                .map(step -> new Story.Step(step.flow, Math.max(0, time(step) - begin)))
                .toList();
        return new Story(id, origin.plusNanos(begin), steps, messages(), skews(), doubts(silent));
    }

    private long time(Told step) {
        return step.nanos + clocks.correction(step.flow.peer());
    }

    /** What each step of a message needs before it, wherever that was taken. */
    private List<Clocks.Order> orders() {
        var orders = new ArrayList<Clocks.Order>();
        for (List<Told> steps : byMessage().values()) {
            for (Told later : steps) {
                for (Told earlier : steps) {
                    if (isNeeded(earlier.flow, later.flow)
                            && !earlier.flow.peer().equals(later.flow.peer())) {
                        orders.add(
                                new Clocks.Order(earlier.flow.peer(), earlier.nanos, later.flow.peer(), later.nanos));
                    }
                }
            }
        }
        return orders;
    }

    /** Of several receivers, an answer is that of the one it came from. */
    private static boolean belongs(Flow earlier, Flow later) {
        return later.step() != FlowStep.ANSWERED || later.to().equals(earlier.peer());
    }

    private static FlowStep neededBefore(FlowStep step) {
        return switch (step) {
            case RECEIVED -> FlowStep.SENT;
            case ANSWERED -> FlowStep.REPLIED;
            default -> step;
        };
    }

    /** The order in which the steps of one message follow each other. A handler's failure stands where it ending well would. */
    private static int rank(Flow flow) {
        boolean isOfHandler = flow.step() == FlowStep.FAULTED && !flow.peer().equals(flow.from());
        return (isOfHandler ? FlowStep.HANDLED : flow.step()).ordinal();
    }

    /** Mends what the clocks could not: no step of a message stands before one that it needs. */
    private void sortByCause() {
        for (int i = 0; i < told.size(); i++) {
            Told step = told.get(i);
            for (int j = told.size() - 1; j > i; j--) {
                if (isNeeded(told.get(j).flow, step.flow)) {
                    told.add(j, told.remove(i));
                    i--;
                    break;
                }
            }
        }
    }

    private static boolean isNeeded(Flow earlier, Flow later) {
        return earlier.id().equals(later.id())
                && earlier.step() != later.step()
                && earlier.step() == neededBefore(later.step())
                && belongs(earlier, later);
    }

    private Map<String, List<Told>> byMessage() {
        Map<String, List<Told>> messages = new LinkedHashMap<>();
        for (Told step : told) {
            if (!step.flow.step().isOfPeer()) {
                messages.computeIfAbsent(step.flow.id(), unseen -> new ArrayList<>())
                        .add(step);
            }
        }
        return messages;
    }

    private List<Story.Sent> messages() {
        Map<String, List<Told>> messages = byMessage();
        Map<String, Integer> depths = new HashMap<>();
        Set<String> answering = new LinkedHashSet<>();
        answers.forEach(answer -> answering.add(answer.peer()));
        var sent = new ArrayList<Story.Sent>();
        messages.forEach((message, steps) -> {
            List<Flow> flows = steps.stream().map(Told::flow).toList();
            int depth = depth(message, messages, depths, 0);
            sent.add(new Fate(flows, answering).sent(depth));
        });
        return sent;
    }

    private static int depth(String message, Map<String, List<Told>> messages, Map<String, Integer> known, int guard) {
        Integer depth = known.get(message);
        if (depth != null) {
            return depth;
        }
        List<Told> steps = messages.get(message);
        String cause = steps == null ? "" : steps.get(0).flow.causationId();
        int found = cause.isEmpty() || !messages.containsKey(cause) || guard > messages.size()
                ? 0
                : 1 + depth(cause, messages, known, guard + 1);
        known.put(message, found);
        return found;
    }

    private List<Story.Skew> skews() {
        Map<String, Story.Skew> skews = new LinkedHashMap<>();
        for (Told step : told) {
            Answer answer = step.in;
            long moved = clocks.correction(answer.peer());
            skews.putIfAbsent(
                    answer.peer(),
                    new Story.Skew(answer.peer(), answer.ahead().minus(Duration.ofNanos(moved)), answer.doubt()));
        }
        return List.copyOf(skews.values());
    }

    private boolean isChannelOrService(String name) {
        return name.indexOf('/') < 0
                || told.stream().anyMatch(step -> step.flow.channel().equals(name));
    }

    private List<String> doubts(Collection<String> silent) {
        var doubts = new ArrayList<String>();
        if (!silent.isEmpty()) {
            doubts.add("no answer from " + String.join(", ", silent));
        }
        Set<String> unheard = new TreeSet<>();
        told.forEach(step -> {
            unheard.add(step.flow.from());
            unheard.add(step.flow.to());
        });
        unheard.removeIf(peer -> peer.isEmpty() || isChannelOrService(peer) || silent.contains(peer));
        answers.forEach(answer -> unheard.remove(answer.peer()));
        if (!unheard.isEmpty()) {
            doubts.add("nobody could ask " + String.join(", ", unheard));
        }
        for (Answer answer : answers) {
            if (answer.isCut()) {
                doubts.add(answer.peer() + " knows more than it could tell at once");
            }
            if (answer.leftOut() > 0) {
                String doubt = answer.peer() + " has recorded a sample only, of late or before: about "
                        + answer.leftOut() + " steps are left out";
                if (!doubts.contains(doubt)) {
                    doubts.add(doubt);
                }
            }
        }
        return doubts;
    }
}
