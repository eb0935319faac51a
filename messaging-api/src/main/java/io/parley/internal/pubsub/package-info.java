/**
 * Publishes events and follows publishers. {@link PublishBuffer} numbers events and packs them, {@link
 * PublishedChannel} has the numbers of one channel, and {@link PublisherImpl} is the endpoint. On the other side
 * {@link PublisherFeeds} has a {@link PublisherFeed} for each publisher that is followed, {@link SubscriptionState} is
 * one subscription, and {@link PublisherCursor} is how far one subscription has come with one publisher.
 *
 * <p><b>In:</b> encoded events from publishers, and questions from surveyors; frames of feeds; subscriptions of
 * others, as prefixes of topics; which instances there are, from {@code route}.
 *
 * <p><b>Out:</b> frames for the port's subscribers; events, to the lanes of subscriptions; gaps, to the application's
 * gap listener, each once and with its bounds.
 *
 * <p><b>Threads:</b> publishers write into the publish buffer from their own threads, under its lock. All the rest is
 * confined to the I/O context, and the lanes take over from there.
 *
 * <p><b>Why every event names the one before it:</b> ZeroMQ drops events for a subscriber whose queue is full and says
 * nothing. An event has its number in the channel, and that of the last one with the same subject, so that a
 * subscriber to some subjects sees as well whether it missed anything (ADR 0004). Publishers tell their last numbers
 * with heartbeats, so that a gap at the end shows too (ADR 0035).
 *
 * <p><b>Why subscriptions have a nonce:</b> ZeroMQ does not say when a subscription has arrived. A subscriber
 * subscribes to a topic that nobody else has, and the publisher answers on it. Questions for numbers and for the
 * publisher's clock go the same way ({@link Questions}, {@link FeedClock}), as a feed has no other way back.
 *
 * <p><b>Why all subscribers wait a moment for the slowest:</b> a pause of 200 ms costs less than a gap. A subscriber
 * that stays slow is not waited for again for some seconds (ADR 0016).
 */
package io.parley.internal.pubsub;
