/**
 * The face of Parley: a {@link io.parley.Peer} and the endpoints it hands out.
 *
 * <p>Two by two makes the whole interaction model: one receiver or many, an answer or none. {@link io.parley.Sender} and
 * {@link io.parley.Requestor} reach one instance of the service that owns a channel; {@link io.parley.Publisher} and
 * {@link io.parley.Surveyor} reach all who subscribed.
 */
package io.parley;
