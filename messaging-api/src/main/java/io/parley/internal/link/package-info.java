/**
 * Is one connection between two peers, seen from either end, from HELLO to its end. {@link OutboundLink} was dialled
 * by this peer: requests and one-way messages leave by it. {@link InboundLink} was dialled by another peer: its
 * messages arrive by it and answers go back. {@link PeerLink} is what both have in common. A link lives once; the room
 * {@code route} dials another.
 *
 * <p>{@link SendBuffer} is the heart: senders encode straight into it from their own threads, and the I/O context only
 * hands over finished frames. {@link SendCredit} and {@link CreditWindow} are the two sides of credit, {@link
 * CreditPool} divides the memory for it. {@link CallSender} and {@link PendingCalls} match answers to requests. {@link
 * BulkLink} and {@link BulkPort} are a second connection for what is large.
 *
 * <p><b>In:</b> messages from {@code route} and {@code dispatch}; frames from the transport, as calls of its {@code
 * LinkListener}.
 *
 * <p><b>Out:</b> frames for the transport. Events of the link, for its owner: {@link OutboundLink.Owner} is the
 * service's view in {@code route}, {@link InboundLink.Owner} passes messages on to {@code dispatch} and {@code
 * survey}. Messages that were never sent or are not known to be finished come back through the owner, so that each of
 * them has an outcome.
 *
 * <p><b>Threads:</b> links are confined to the I/O context. Thread-safe are the send buffer and what callers need:
 * offering a message, making a call, giving one up. The bulk port has an I/O context of its own; the classes around it
 * say which of their methods run in which.
 *
 * <p><b>Why there is no queue of messages:</b> a queue would cost an object and a thread for each message. So a batch
 * forms in the buffer while the I/O context is busy, and nothing ever waits for a batch to fill (ADR 0002).
 *
 * <p><b>Why answers need no credit:</b> a request's credit is returned when it is finished, and its answer rides on
 * that (ADR 0003). Answers that the other side does not read are bounded by memory instead, and its credit is not
 * renewed meanwhile.
 *
 * <p><b>Why the listener comes before the link:</b> a transport wants a listener to make a link, and the link's object
 * wants the transport's link. {@link DeferredLinkListener} breaks that circle.
 *
 * <p><b>Why links keep what they have sent:</b> ZeroMQ does not say what has arrived. {@link UnfinishedOneWays} keeps
 * whole frames, as they were sent, until the receiver says FINISHED (ADR 0038). {@link LinkClock} finds out how old a
 * message is that was held up on the way (ADR 0040).
 */
package io.parley.internal.link;
