/** What becomes of messages and of memory when instances restart, die, freeze, or are attacked. */
@org.jspecify.annotations.NullMarked
package io.parley.benchmarks.resilience;
