/** Latency and throughput, measured. */
@org.jspecify.annotations.NullMarked
package io.parley.benchmarks;
