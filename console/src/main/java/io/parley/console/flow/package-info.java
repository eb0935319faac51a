/** The flow of messages through a peer, as a line for people or for programs. */
package io.parley.console.flow;
