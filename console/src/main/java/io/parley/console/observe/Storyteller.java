package io.parley.console.observe;

import static java.util.Objects.requireNonNull;

import io.parley.console.flow.Flow;
import io.parley.observe.FlowStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Joins what several peers have recorded into one story. Confined to one thread. */
final class Storyteller {

    private final String id;
    private final Collection<Answer> answers;
    private final Instant origin;
    private final ClockAlignment clocks = new ClockAlignment();
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
        var coverage = new AnswerCoverage(origin, answers, clocks, silent);
        told.forEach(step -> coverage.add(step.flow, time(step)));
        return new Story(id, origin.plusNanos(begin), steps(begin), messages(coverage), skews(), coverage.doubts());
    }

    /** Where the clocks contradict the order, the order is right. */
    private List<Story.Step> steps(long begin) {
        var steps = new ArrayList<Story.Step>();
        long latest = 0;
        for (Told step : told) {
            latest = Math.max(latest, time(step) - begin);
            steps.add(new Story.Step(step.flow, latest));
        }
        return steps;
    }

    private long time(Told step) {
        return step.nanos + clocks.correction(step.flow.peer());
    }

    /** What each step of a message needs before it, at another peer. */
    private List<ClockAlignment.Order> orders() {
        var orders = new ArrayList<ClockAlignment.Order>();
        forEachNeed((earlier, later) -> {
            if (!earlier.flow.peer().equals(later.flow.peer())) {
                orders.add(
                        new ClockAlignment.Order(earlier.flow.peer(), earlier.nanos, later.flow.peer(), later.nanos));
            }
        });
        return orders;
    }

    /** Tells of each step of a message all that it needs, wherever that was taken. */
    private void forEachNeed(BiConsumer<Told, Told> listener) {
        for (List<Told> steps : byMessage().values()) {
            var causes = new Causes(steps.stream().map(Told::flow).toList());
            for (Told later : steps) {
                for (Told earlier : steps) {
                    if (earlier != later && causes.isNeeded(earlier.flow, later.flow)) {
                        listener.accept(earlier, later);
                    }
                }
            }
        }
    }

    /** The order in which the steps of one message follow each other. A handler's failure stands where it ending well would. */
    private static int rank(Flow flow) {
        boolean isOfHandler = flow.step() == FlowStep.FAULTED && !flow.peer().equals(flow.from());
        return (isOfHandler ? FlowStep.HANDLED : flow.step()).ordinal();
    }

    /** Mends what the clocks could not: no step stands before one that it needs, nor before an earlier one of the same peer. */
    private void sortByCause() {
        Map<Told, Integer> places = new IdentityHashMap<>();
        var precedence = new TopologicalSort(told.size());
        Map<String, Integer> last = new HashMap<>();
        for (int place = 0; place < told.size(); place++) {
            places.put(told.get(place), place);
            Integer before = last.put(told.get(place).flow.peer(), place);
            if (before != null) {
                precedence.wish(before, place);
            }
        }
        forEachNeed((earlier, later) ->
                precedence.need(requireNonNull(places.get(earlier)), requireNonNull(places.get(later))));
        List<Told> sorted = precedence.order().stream().map(told::get).toList();
        told.clear();
        told.addAll(sorted);
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

    private List<Story.Sent> messages(AnswerCoverage coverage) {
        Map<String, List<Told>> messages = byMessage();
        Map<String, Integer> depths = new HashMap<>();
        var sent = new ArrayList<Story.Sent>();
        messages.forEach((message, steps) -> {
            List<Flow> flows = steps.stream().map(Told::flow).toList();
            long at = steps.stream().mapToLong(this::time).min().orElse(0);
            int depth = depth(message, messages, depths, 0);
            sent.add(new MessageOutcome(flows, at, coverage).sent(depth));
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
}
