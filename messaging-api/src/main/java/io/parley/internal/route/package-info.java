/**
 * Brings a message to an instance of its service. {@link ServiceView} is one service as this peer sees it, and {@link
 * Mesh} has all views, and announces this peer. A view has {@link ServiceInstances} (what the registry lists), {@link
 * ServiceLinks} (a link to each of them, by {@link Dialler}), and {@link DispatchQueue}, which offers messages to
 * links and has those wait that no link takes.
 *
 * <p>{@link Routes} and {@link Route} are the links that are ready, as an immutable snapshot from which callers choose
 * without a lock; the application's load balancer picks among them. {@link Dispatch} is a message on its way to a
 * link, whatever its style; {@link Attempt} is one try to have a request answered over one link.
 *
 * <p><b>In:</b> messages from the endpoints above; snapshots from a {@code ServiceResolver}; events of links, as
 * {@code link.OutboundLink.Owner}.
 *
 * <p><b>Out:</b> messages, offered to links one after the other. A message that no instance takes in time fails, with
 * the reason. Messages that links return go through {@link UndeliveredMessages}: {@link Retries} sends again what was
 * certainly not begun, within a {@link RetryBudget}; {@link ReturnedOneWays} makes dead letters of the rest; {@link
 * UnawaitedAnswers} sees to answers that came too late. Changes of instances go to an {@link InstancesListener}.
 *
 * <p><b>Threads:</b> offering and dispatching is thread-safe and done by callers; everything else is confined to the
 * I/O context. Resolvers call on their own threads, and hand over to the I/O context at once.
 *
 * <p><b>Why a message may wait for a link, but not for credit:</b> a peer that has just opened has no links for some
 * milliseconds, and failing then would surprise everybody. An overloaded service, in contrast, should be known to its
 * callers at once (ADR 0007). With {@code sendAsync} and {@code requestAsync} a message waits for both.
 *
 * <p><b>Why sending again is here and not in the endpoints:</b> it is known here which instance has refused, and which
 * others there are. Only what was certainly not begun is sent again (ADR 0037); anything else is for the application
 * to decide.
 */
package io.parley.internal.route;
