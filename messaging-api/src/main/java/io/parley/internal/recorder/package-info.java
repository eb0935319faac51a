/**
 * Keeps the latest steps of messages and peers, with a fixed bound and at any rate of traffic, and writes them as
 * JSON. The room is the memory behind {@code parley explain}, {@code parley top} and the page.
 *
 * <p>{@link FlightRecorder} is the entrance. {@link StepRing} holds the steps, {@link Sampling} decides which messages
 * are recorded when there are too many for all of them, {@link ChannelFigures} and {@link Latencies} count per
 * channel, and {@link FlowJson} writes.
 *
 * <p><b>In:</b> steps, from {@code runtime.FlowLog} alone; and payloads to be shown, from which {@link Payloads}
 * removes the fields that are to be redacted.
 *
 * <p><b>Out:</b> flows of {@code io.parley.observe}, and JSON, for the room {@code report}.
 *
 * <p><b>Threads:</b> every thread of the peer records, so all of the room is thread-safe. A step takes no lock, except
 * that one in 64 looks at the rate. A slot of the ring is claimed before it is written, and stamped afterwards; a
 * reader leaves out slots whose stamp is another one.
 *
 * <p><b>Why steps are written into arrays of numbers and references:</b> to record a step makes no object. The texts
 * are made when somebody reads (ADR 0023).
 *
 * <p><b>Why the sample goes by the message's number:</b> all peers then keep the same messages, so that a message is
 * recorded over its whole way or not at all.
 */
package io.parley.internal.recorder;
