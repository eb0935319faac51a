/**
 * The parts of {@code benchmarks} that need other libraries. The package has the name of the one in {@code benchmarks}, as the parts
 * of a contender are package-private; both are on the class path, where a package may come from two jars.
 */
@org.jspecify.annotations.NullMarked
package io.parley.benchmarks.worker;
