/**
 * Answers for this peer when observers ask: how it is ({@link StateReport}), what it has recorded of a message ({@link
 * ReservedHandlers}), and what flows at this moment ({@link FlowPublisher}). {@code parley peers}, {@code explain},
 * {@code top} and the page are made of these answers.
 *
 * <p><b>In:</b> requests and subscriptions on reserved channels, whose names begin with {@code ChannelName.RESERVED};
 * the state of the parts below.
 *
 * <p><b>Out:</b> JSON, as {@code docs/observe.md} describes it.
 *
 * <p><b>Threads:</b> the state is gathered in the I/O context, and written by the threads for answers. Reserved
 * channels have lanes on that pool, one question at a time, as the handlers' pool may be what is in trouble.
 *
 * <p><b>Why traffic on reserved channels is neither counted nor recorded:</b> watching a peer must not change what
 * there is to see.
 *
 * <p><b>Why flows cost nothing while nobody looks:</b> publishing begins with the first subscription and ends with the
 * last; until then steps lie in the recorder only (ADR 0024).
 */
package io.parley.internal.report;
