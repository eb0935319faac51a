/** A transport without sockets: ports of one process, or of one simulated mesh, pass each other the same frames. */
package io.parley.transport.memory;
