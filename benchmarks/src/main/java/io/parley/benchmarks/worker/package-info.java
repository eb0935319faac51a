/** What runs in the processes that are measured: for each contender and workload, one part in each of two processes. */
@org.jspecify.annotations.NullMarked
package io.parley.benchmarks.worker;
