/**
 * Has the endpoints for one receiver. {@link SenderImpl} sends one-way messages, {@link RequestorImpl} makes requests.
 * {@link Request} is a request from the moment it is made until its outcome is known, over all of its attempts, each
 * of which is a {@code route.Attempt}. {@link BlockingRequest} waits in the caller's thread, {@link AsyncRequest}
 * completes a stage.
 *
 * <p><b>In:</b> calls of the application. Answers, refusals and failures, through the attempt, which a link knows only
 * as a {@code link.PendingCall}.
 *
 * <p><b>Out:</b> messages, handed to {@code route.ServiceView}; answers, exceptions and stages, to the caller. There
 * is exactly one outcome, and the first one wins.
 *
 * <p><b>Threads:</b> callers encode, choose the link and write into its buffer themselves. Answers arrive in the I/O
 * context, where nothing is decoded: a blocking caller is woken and decodes in its own thread; for stages the peer's
 * threads for answers decode, and run what the application has attached to the stage.
 *
 * <p><b>Why request and attempt are two classes:</b> a request that was refused is sent again over another link.
 * Giving up, timing out and answering refer to one attempt, so that a late answer to the first one does not end the
 * second.
 *
 * <p><b>Why an asynchronous request is its own task and its own stage:</b> a request costs as few objects as possible
 * (ADR 0015).
 *
 * <p><b>Why a blocking caller watches its own deadline:</b> it is parked anyway, and parking with a time costs
 * nothing, whereas a timer for each request would. All other deadlines are looked at together, by {@code
 * lane.DeadlineSweep}.
 */
package io.parley.internal.pointtopoint;
