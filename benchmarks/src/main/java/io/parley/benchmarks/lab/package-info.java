/** Processes that are measured, what is read of them, and how that is shown. */
@org.jspecify.annotations.NullMarked
package io.parley.benchmarks.lab;
