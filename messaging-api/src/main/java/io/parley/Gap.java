package io.parley;

import io.parley.channel.ChannelName;
import io.parley.message.PeerName;

/**
 * Events that a publisher sent and this subscriber did not get, because it could not keep up or the connection broke.
 * Immutable.
 *
 * @param subject the name of the events missed; empty if they have none, or if the publisher does not know their names any more
 * @param lastSeen the channel's number up to which nothing of this subject was missed
 * @param missedUpTo the channel's number of the last event of this subject that was missed; at least that one was
 */
public record Gap(ChannelName channel, PeerName publisher, String subject, long lastSeen, long missedUpTo) {}
