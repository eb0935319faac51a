package io.parley.console.observe;

import io.parley.console.flow.Flow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who could have told something of a story, and who could not, and why. Confined to one thread. */
final class AnswerCoverage {

    /** A peer tells the time of the same step a little differently each time it is asked. */
    private static final long SAME_NANOS = 1_000_000;

    /** After all that is told. */
    private static final long LATER = Long.MAX_VALUE / 2;

    private final Instant origin;
    private final Collection<String> silent;
    private final Map<String, Testimony> testimonies = new LinkedHashMap<>();
    private final List<String> samples = new ArrayList<>();
    /** When others first had a message from or for each peer. */
    private final Map<String, Long> named = new TreeMap<>();

    private final Set<String> channels = new TreeSet<>();

    /** How far back a peer remembers, by the clock of who asked, and how sure that is. */
    private static final class Testimony {

        private final Answer answer;
        private final long memory;
        private boolean hasSteps;
        private boolean tellsItsOldest;

        Testimony(Answer answer, long memory) {
            this.answer = answer;
            this.memory = memory;
        }

        void add(long at) {
            hasSteps = true;
            tellsItsOldest |= at <= memory + SAME_NANOS;
        }

        boolean remembersNothing() {
            return answer.memory().equals(Instant.EPOCH) && !hasSteps;
        }

        /** One that has all that it ever recorded, and tells that, has forgotten nothing before. */
        boolean reachesBackTo(long at) {
            if (answer.memory().equals(Instant.EPOCH)) {
                return hasSteps;
            }
            return memory <= at + answer.doubt().toNanos() || tellsItsOldest && !answer.isFull();
        }
    }

    /** @param silent the peers that could not be asked */
    AnswerCoverage(Instant origin, Collection<Answer> answers, ClockAlignment clocks, Collection<String> silent) {
        this.origin = origin;
        this.silent = silent;
        for (Answer answer : answers) {
            long memory = Duration.between(origin, answer.memory().minus(answer.ahead()))
                    .toNanos();
            testimonies.putIfAbsent(answer.peer(), new Testimony(answer, memory + clocks.correction(answer.peer())));
            note(answer);
        }
    }

    private void note(Answer answer) {
        if (answer.isCut()) {
            note(answer.peer() + " knows more than it could tell at once");
        }
        if (answer.leftOut() > 0) {
            note(answer.peer() + " has recorded a sample only, of late or before: about " + answer.leftOut()
                    + " steps are left out");
        }
    }

    private void note(String sample) {
        if (!samples.contains(sample)) {
            samples.add(sample);
        }
    }

    /** Takes in a step that was told, and when that was taken, in nanoseconds since the origin. */
    void add(Flow flow, long at) {
        channels.add(flow.channel());
        Testimony testimony = testimonies.get(flow.peer());
        if (testimony != null) {
            testimony.add(at);
        }
        // Others may know of a peer before there is anything for it to remember.
        long since = flow.step().isOfPeer() ? LATER : at;
        for (String other : List.of(flow.from(), flow.to())) {
            if (!other.equals(flow.peer())) {
                named.merge(other, since, Math::min);
            }
        }
    }

    /** Why a peer cannot tell what happened then, if it cannot. */
    Optional<String> silence(String peer, long at) {
        Testimony testimony = testimonies.get(peer);
        if (testimony == null) {
            return Optional.of(peer + " did not answer");
        }
        return testimony.reachesBackTo(at) ? Optional.empty() : Optional.of(peer + " does not remember that far back");
    }

    /** What may make it less than the whole story. */
    List<String> doubts() {
        var doubts = new ArrayList<String>();
        if (!silent.isEmpty()) {
            doubts.add("no answer from " + String.join(", ", silent));
        }
        Set<String> unheard = new TreeSet<>();
        named.forEach((peer, at) -> {
            if (peer.indexOf('/') >= 0 && !channels.contains(peer) && !silent.contains(peer)) {
                Testimony testimony = testimonies.get(peer);
                if (testimony == null) {
                    unheard.add(peer);
                } else if (!testimony.reachesBackTo(at)) {
                    doubts.add(forgetting(peer, testimony));
                }
            }
        });
        if (!unheard.isEmpty()) {
            doubts.add("nobody could ask " + String.join(", ", unheard));
        }
        doubts.addAll(samples);
        return doubts;
    }

    private String forgetting(String peer, Testimony testimony) {
        return testimony.remembersNothing()
                ? peer + " remembers nothing"
                : peer + " remembers nothing from before "
                        + origin.plusNanos(testimony.memory).truncatedTo(ChronoUnit.SECONDS);
    }
}
