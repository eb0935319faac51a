/**
 * Passes on what is addressed to others, if the peer is a router. {@link Router} is the set of its parts, or of parts
 * that do nothing. {@link Forwarder} passes on one-way messages and requests to an instance of another service, and
 * answers back. {@link ChannelBridges} publish channels of other services again for subscribers here, and pass on
 * responses to surveys. {@link Guests} announces peers that have no registry; {@link GuestAnnouncement} is the other
 * side of that, in a peer that is a guest.
 *
 * <p><b>In:</b> messages on channels that have no handler here, as the fallback of {@code dispatch.Handlers};
 * subscriptions to channels of other services; answers and responses that nobody here awaits.
 *
 * <p><b>Out:</b> the same messages, dispatched by {@code route} or published by {@code pubsub}; and announcements of
 * guests in the registry.
 *
 * <p><b>Threads:</b> confined to the I/O context. No payload is decoded, so nothing here takes long.
 *
 * <p><b>Why envelopes are passed on and not messages:</b> a message keeps its id, its fields and its numbers, so that
 * answers find back, and gaps show on the far side as they do on the near one (ADR 0021).
 *
 * <p><b>Why a message that has passed a router is not passed on again:</b> two routers that know each other would send
 * it round in circles. A header tells it apart.
 *
 * <p><b>Why the parts below know a router only by small roles:</b> each of them names the one thing that it wants from
 * a router, if there is one: a fallback, foreign answers, foreign responses, foreign subscriptions. Most peers are no
 * routers.
 */
package io.parley.internal.router;
