/**
 * Converts between the fields of the wire and the types of the API. The room is a set of functions: {@link
 * MessageDecoding} makes the {@code Message} that an application sees, {@link Faults} the exception for a FAULT and
 * the text of one, {@link Deadlines} and {@link SentAt} write remaining time and when it was reckoned, {@link
 * TraceParent} the trace context.
 *
 * <p><b>In:</b> messages of the room {@code wire}, codecs, and the exceptions that applications throw.
 *
 * <p><b>Out:</b> messages, headers and exceptions of the API; and fields of messages that are to be sent.
 *
 * <p><b>Threads:</b> any. All of it is stateless, but for {@link SentAt}, which belongs to one send buffer and is
 * guarded by its lock.
 *
 * <p><b>Why the time is always a parameter:</b> the engine has no clock of its own, so that a mesh can run in virtual
 * time.
 *
 * <p><b>Why texts of exceptions are read with such care:</b> the methods of an application's exception may throw
 * anything themselves ({@link ThrowableText}). A peer has to answer even then.
 */
package io.parley.internal.convert;
