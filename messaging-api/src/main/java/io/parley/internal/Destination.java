package io.parley.internal;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;

/** What messages are handed to, as far as it is the same for all of them. Immutable. */
class Destination {

    final Core core;
    final ChannelName channel;
    final Style style;

    Destination(Core core, ChannelName channel, Style style) {
        this.core = core;
        this.channel = channel;
        this.style = style;
    }
}
