/**
 * Holds what all parts of one peer share. {@link PeerContext} is that in one object: {@link PeerConfig}, the peer's
 * name and incarnation, the next message id, its pools and timers, its port, its state from open to closed. Beside it
 * are the services that any part may need: {@link FlowLog} records steps, {@link ErrorReporter} reports to the
 * application's error handler, {@link Counters} counts, {@link Memory} divides the memory budget, {@link DeadLetters}
 * passes dead letters on, {@link Callbacks} runs the application's listeners.
 *
 * <p><b>In:</b> the configuration that {@code PeerBuilder} has collected, and calls from everywhere above.
 *
 * <p><b>Out:</b> calls of the application's error handler, flow tap, dead letter channel and other callbacks. All of
 * them may throw anything.
 *
 * <p><b>Threads:</b> the room is thread-safe, except where a field says otherwise. Pools, timers and threads are made
 * here, through {@link PeerEnvironment}, and nowhere else in the engine. {@link HandlingContext} belongs to its
 * thread: it says which message is being handled there, so that what the handler sends continues its conversation, its
 * trace and its deadline.
 *
 * <p><b>Why memory is divided into parts:</b> a peer that is asked to hold too much for one purpose has to go on
 * serving the others (ADR 0031). A part that refuses counts that, and reports it once in a while.
 *
 * <p><b>Why errors are reported at most once in ten seconds for each kind:</b> a stranger, or a registry that is away,
 * must not fill the log. Held back reports are counted.
 *
 * <p><b>Why the end without memory is prepared at the start:</b> {@link FailureShutdown} needs no new object or thread
 * when it is executed, and rehearses once, as Java loads classes on first use (ADR 0034).
 */
package io.parley.internal.runtime;
