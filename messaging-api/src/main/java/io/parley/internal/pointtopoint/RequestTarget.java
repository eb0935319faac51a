package io.parley.internal.pointtopoint;

import io.parley.channel.RequestChannel;
import io.parley.codec.Codec;
import io.parley.internal.runtime.PeerContext;

/**
 * What the requests of one requestor share. Immutable.
 *
 * @param <A> the type of the answers
 * @param codec decodes the answers
 * @param incarnation the instance that is asked, or 0 for any that serves the channel
 */
record RequestTarget<A>(PeerContext core, RequestChannel<?, A> channel, Codec codec, long incarnation) {}
