package io.parley.observe;

/**
 * What a peer has counted since it opened. Immutable.
 *
 * @param sent messages handed to links or published
 * @param received messages that reached a handler's queue, and answers that reached their caller
 * @param lateReplies answers to calls that were not awaited any more (timed out, cancelled, link lost), dropped
 * @param duplicateReplies second answers to the same question, dropped
 * @param unclaimedReplies answers to a question that this peer never asked, or asked another, dropped
 * @param lateResponses survey responses that came after the survey ended, however late
 * @param refusals messages from others that this peer refused to begin
 * @param deadLetters messages that failed with nobody waiting
 * @param missedEvents gaps noticed in subscriptions
 * @param malformedFrames frames that could not be decoded
 * @param ejections how often an instance was set aside for a while because it failed though the registry lists it
 * @param resent messages that were certainly not begun and were sent again without the application's doing
 * @param lostOneWays one-way messages of this peer of which it is not known whether they were handled, as the link was lost that they
 *     went out on; as far as they were kept, each is among the dead letters too
 * @param linksUp links that are ready at this moment
 */
public record PeerCounters(
        long sent,
        long received,
        long lateReplies,
        long duplicateReplies,
        long unclaimedReplies,
        long lateResponses,
        long refusals,
        long deadLetters,
        long missedEvents,
        long malformedFrames,
        long ejections,
        long resent,
        long lostOneWays,
        int linksUp) {}
