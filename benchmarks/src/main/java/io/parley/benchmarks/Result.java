package io.parley.benchmarks;

/**
 * What one pair of processes did in the time that counts.
 *
 * @param which the case
 * @param repetition the first is 1
 * @param perSecond messages or answers that arrived, in a second
 * @param arrived how many that were
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
        double p50Micros,
        double p99Micros,
        double maxMicros,
        double initiatorCpuMicros,
        double responderCpuMicros,
        double initiatorBytes,
        double responderBytes,
        long missed,
        String histogram) {}
