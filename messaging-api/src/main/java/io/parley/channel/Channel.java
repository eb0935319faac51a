package io.parley.channel;

/** What all channels have in common. Immutable. */
public sealed interface Channel permits PointToPointChannel, RequestChannel, PublishSubscribeChannel, SurveyChannel {

    ChannelName name();

    InteractionStyle style();
}
