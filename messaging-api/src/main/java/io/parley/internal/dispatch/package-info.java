/**
 * Takes messages from the decoder to the application's handler, and answers back. {@link Handlers} finds the handler
 * by the channel's name. {@link ReceiveTask} hands a message to a {@code Receiver}; {@link AnswerTask} hands a request
 * or survey to a {@code Replier} and sends the answer. {@link MessageEncoding} is the other direction: it encodes what
 * endpoints send.
 *
 * <p><b>In:</b> envelopes that a link or a feed has read: first {@link Handlers#received} makes the object to be
 * filled in, then {@link Handlers#onMessage} takes the filled one, and at the end of the frame {@link
 * Handlers#onFrameRead} hands over what was gathered.
 *
 * <p><b>Out:</b> calls of handlers; answers and refusals, through the {@link ReplyPath} that the message came with;
 * and completions, which return credit. A link is one such path, a survey's feed another one, and an event's feed has
 * no way back.
 *
 * <p><b>Threads:</b> {@link Handlers} is called in the I/O context, except for attaching handlers. Tasks run on the
 * handler's lane: on the pool, the application's executor, or in the I/O context for inline handlers. An answer is
 * encoded and sent by the thread that completes the replier's stage.
 *
 * <p><b>Why a message is its own task:</b> {@link InboundMessage} extends the wire's message and is what the lane
 * runs, so that nothing else has to be made for it (ADR 0015). {@link HandlerTarget} is its maker: one for each
 * handler.
 *
 * <p><b>Why deadlines are checked twice:</b> once when the task begins and once when the payload is decoded, as
 * decoding may take long the first time. Work whose deadline has passed is not begun (ADR 0040).
 *
 * <p><b>Why messages are held back at times:</b> after the process stood still, requests and their CANCELs lie in the
 * port together. {@link HeldBackMessages} waits until all of them have been read, so that cancelled ones are not
 * begun.
 *
 * <p><b>Why repeats are counted before they exist:</b> {@link RepeatedMessages} makes each of them on the thread that
 * handles it, which then has it in its cache.
 */
package io.parley.internal.dispatch;
