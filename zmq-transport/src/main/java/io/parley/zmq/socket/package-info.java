/**
 * The one place that touches ZeroMQ sockets: {@link io.parley.zmq.socket.IoLoop} and what is confined to it. Not exported.
 *
 * <p>What JeroMQ has to be protected from, and where:
 *
 * <ul>
 *   <li>foreign bytes: {@link io.parley.zmq.socket.BoundedAllocator}, and MAXMSGSIZE in {@link
 *       io.parley.zmq.socket.ZmqContext};
 *   <li>its threads dying unseen, and {@code term} hanging: {@link io.parley.zmq.socket.ZmqContext};
 *   <li>interrupts, and events that are told once only: {@link io.parley.zmq.socket.IoLoop}.
 * </ul>
 */
package io.parley.zmq.socket;
