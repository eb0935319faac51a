/** Measurements within one process. */
@org.jspecify.annotations.NullMarked
package io.parley.benchmarks.jmh;
