package io.parley.benchmarks.resilience;

import io.parley.benchmarks.lab.Answer;
import io.parley.benchmarks.lab.Reading;
import io.parley.benchmarks.resilience.Ledger.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Compares what senders were told with what handlers did, message by message. Immutable. */
record Balance(String of, Ledger ledger, int requests, int oneWays, long lettersWithoutPayload) {

    /** @param finished the driving process's answer */
    static Balance of(String of, Ledger ledger, Answer finished) {
        return new Balance(
                of,
                ledger,
                (int) finished.number("requests"),
                (int) finished.number("one-ways"),
                finished.number("dead-letters-without-payload"));
    }

    /** Returns the readings of a trial in which every message has to arrive. */
    List<Reading> afterOrderlyCloses() {
        var readings = new ArrayList<Reading>();
        readings.add(reading("requests that failed", failedRequests(), 0.5));
        readings.add(reading("one-way messages accepted and never handled", lostOneWays(), 0.5));
        readings.add(reading("one-way messages not accepted", countOneWays(this::isNotAccepted), 0.5));
        readings.addAll(common());
        return readings;
    }

    /** Returns the readings of a trial in which an instance dies: messages may be lost, but not untold. */
    List<Reading> afterKill() {
        var readings = new ArrayList<Reading>();
        readings.add(reading("one-way messages lost without a word", countOneWays(this::isLostUntold), 0.5));
        readings.add(reading("one-way messages accepted and never handled", lostOneWays(), null));
        readings.add(reading("dead letters with payload", countOneWays(i -> ledger.deadLetters(i) > 0), null));
        readings.add(reading("requests that failed", failedRequests(), null));
        readings.add(reading("requests called not sent or refused, but handled", untrueRequests(), 0.5));
        readings.addAll(common());
        return readings;
    }

    /** Returns the readings of a trial in which deadlines pass while requests are under way. */
    List<Reading> afterStall() {
        var readings = new ArrayList<Reading>();
        readings.add(reading("requests begun after their deadline", countRequests(i -> ledger.begunLate(i) > 0), 0.5));
        readings.add(reading("requests not answered", failedRequests(), null));
        readings.addAll(common());
        return readings;
    }

    private List<Reading> common() {
        long twice = countRequests(i -> ledger.begun(i) > 1) + countOneWays(i -> ledger.begun(i) > 1);
        return List.of(
                reading("messages handled twice", twice, 0.5),
                reading("dead letters without payload", lettersWithoutPayload, null),
                reading("requests", requests, null),
                reading("one-way messages", oneWays, null));
    }

    private long failedRequests() {
        return countRequests(i -> ledger.outcome(i) != Outcome.ANSWERED);
    }

    private long lostOneWays() {
        return countOneWays(i -> ledger.outcome(i) == Outcome.ACCEPTED && ledger.begun(i) == 0);
    }

    private long untrueRequests() {
        return countRequests(i ->
                ledger.begun(i) > 0 && (ledger.outcome(i) == Outcome.NOT_SENT || ledger.outcome(i) == Outcome.REFUSED));
    }

    private boolean isNotAccepted(int message) {
        return ledger.outcome(message) != Outcome.ACCEPTED;
    }

    private boolean isLostUntold(int message) {
        return ledger.outcome(message) == Outcome.ACCEPTED
                && ledger.begun(message) == 0
                && ledger.deadLetters(message) == 0;
    }

    private long countRequests(IntPredicate counts) {
        return IntStream.range(0, requests).map(i -> 2 * i).filter(counts).count();
    }

    private long countOneWays(IntPredicate counts) {
        return IntStream.range(0, oneWays).map(i -> 2 * i + 1).filter(counts).count();
    }

    private Reading reading(String figure, long value, @Nullable Double below) {
        return new Reading(of, figure, "", value, below);
    }
}
