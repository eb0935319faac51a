/** What Parley holds and uses while little or nothing is said: processor, memory, threads, descriptors, and time to start. */
@org.jspecify.annotations.NullMarked
package io.parley.benchmarks.footprint;
