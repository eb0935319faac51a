/**
 * Opens, wires and closes a peer. {@link Engine} implements {@code Peer}: it makes every part, hands each one those
 * that it needs, and passes the port's events and the heartbeat on to them. {@link Shutdown} ends a peer in order.
 *
 * <p><b>In:</b> a {@code runtime.PeerConfig} from {@code PeerBuilder}, calls of the application, and events of the
 * port as its {@code PortListener}.
 *
 * <p><b>Out:</b> endpoints and registrations for the application, made by the rooms below.
 *
 * <p><b>Threads:</b> {@link Engine} is thread-safe. Events of the port and the heartbeat run in the I/O context; the
 * timer's thread only asks for the heartbeat, and not again while the last one has not been run.
 *
 * <p><b>Order of opening:</b> the parts first, then the port, then the resolver and the registry, then the first
 * heartbeat. Others may connect before {@code open} has returned, so all parts are there when the port is bound.
 *
 * <p><b>Order of closing:</b> say GOING-AWAY on every link and withdraw from the registry, wait until handlers are
 * done and everything sent is known to have arrived, then close the port from a thread of its own, as it cannot be
 * closed from its own context. At the limit the rest is given up, and reported.
 *
 * <p><b>Why this room may know all others:</b> somebody has to. No other class of the engine is handed more parts than
 * it uses, and none below can reach up: where a lower room has something to tell, it names a small interface, and this
 * room connects it.
 */
package io.parley.internal.engine;
