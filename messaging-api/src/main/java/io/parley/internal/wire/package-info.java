/**
 * Reads and writes the wire protocol of {@code docs/wire-protocol.md}: bytes to envelopes and back. The room knows no
 * sockets, links or handlers, and no time. A peer in another language has its counterpart of this room.
 *
 * <p>There are two sorts of envelopes. A {@link Control} steers a link or a feed; {@link ControlCodec} has its body. A
 * {@link WireMessage} carries a payload; {@link MessageWriter} and {@link MessageReader} have its body. {@link
 * EnvelopeKind} lists the kinds of both, and {@link Frames} goes through the envelopes of one frame.
 *
 * <p><b>In:</b> frames, as arrays that the transport has read; and messages that an endpoint has filled in, for {@link
 * FrameWriter}.
 *
 * <p><b>Out:</b> calls of a {@link FrameVisitor}, one for each envelope, or a {@link MalformedFrameException} at the
 * first one that is not as the protocol says; and frames, as arrays. Nothing here is guessed, and no length that the
 * other side names makes this room allocate more than a small multiple of what has already arrived.
 *
 * <p><b>Threads:</b> frames are read in the I/O context, and written by callers under the lock of their send buffer.
 * {@link TextCache} is confined to one I/O context, and {@link RepeatedEnvelopes} is immutable, as handlers read it on
 * their own threads. A large payload is put together on the thread that asks for it first ({@link WireMessage#octets})
 * or on the thread {@code parley-aside}.
 *
 * <p><b>Why the decoder asks for the object to fill:</b> {@link FrameVisitor#messageOf} lets the engine choose the
 * class. A message for a handler is at the same time the task that the handler's lane runs ({@code
 * dispatch.InboundMessage}), so that there is one object from the decoder to the handler, and none that is copied from
 * another (ADR 0015). For the same reason the fields of {@link WireMessage} are filled once and then only read, with
 * {@link OptionalFields} apart, as most messages have none of them.
 *
 * <p><b>Why some messages are no objects at first:</b> messages that repeat an earlier one of their frame are checked
 * and counted here, and made on the thread that handles them (ADR 0014 and 0015). {@link SharedFields} is one object
 * for all messages that say the same, so that comparing two of them is comparing two references.
 */
package io.parley.internal.wire;
