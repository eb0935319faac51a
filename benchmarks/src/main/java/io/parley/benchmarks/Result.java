package io.parley.benchmarks;

/**
 * What one pair of processes did in the time that counts. Immutable.
 *
 * @param which the case
 * @param repetition the first is 1
 * @param perSecond messages or answers that arrived, in a second
 * @param arrived how many that were
 * @param aloneP99Micros in {@code beside}, the 99th percentile of a round trip by itself; 0 elsewhere
 * @param p50Micros the median time of a round trip; 0 where none was taken
 * @param p99Micros its 99th percentile
 * @param maxMicros the longest
 * @param initiatorCpuMicros processor time that the initiating process took, for each that arrived
 * @param responderCpuMicros the same of the other process
 * @param initiatorBytes what the initiating process allocated, for each that arrived
 * @param responderBytes the same of the other process
 * @param missed how many were lost in all the pair's life, with the receiver knowing; only events may be
 * @param histogram all times in nanoseconds, as HdrHistogram writes them, in Base64; empty where none were taken
 */
public record Result(
        Case which,
        int repetition,
        double perSecond,
        long arrived,
        double aloneP99Micros,
        double p50Micros,
        double p99Micros,
        double maxMicros,
        double initiatorCpuMicros,
        double responderCpuMicros,
        double initiatorBytes,
        double responderBytes,
        long missed,
        String histogram) {

    /** What arrived, in millions of bytes a second, payloads alone. */
    double megabytesPerSecond() {
        return perSecond * which.size() / 1e6;
    }
}
