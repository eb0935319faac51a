/** How soon peers that find each other through Consul know who is there, and who is no more. */
@org.jspecify.annotations.NullMarked
package io.parley.benchmarks.convergence;
