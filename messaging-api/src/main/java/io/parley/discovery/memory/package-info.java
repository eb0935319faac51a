/** Discovery among peers that share a JVM: for tests, simulations and samples. */
package io.parley.discovery.memory;
