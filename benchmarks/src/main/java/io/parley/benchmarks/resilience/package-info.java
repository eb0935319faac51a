/** Counts lost, late and repeated messages, and measures memory, while instances restart, die, freeze or are attacked. */
@org.jspecify.annotations.NullMarked
package io.parley.benchmarks.resilience;
