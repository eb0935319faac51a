/** Meters of what flows through a peer, for Micrometer. */
package io.parley.micrometer;
