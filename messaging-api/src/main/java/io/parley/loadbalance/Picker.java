package io.parley.loadbalance;

import io.parley.channel.ChannelName;
import org.jspecify.annotations.Nullable;

/**
 * Chooses an instance for one message after the other, from the candidates it was made for. It is asked by all threads that send, for each
 * message, so it takes no lock and makes no garbage.
 *
 * <p>Thread-safe.
 */
@FunctionalInterface
public interface Picker {

    /**
     * Where a message should go. If it cannot go there, because that instance has no room, the picker is asked once more; after that, the
     * others are tried in turn.
     *
     * @param key the message's key ({@link io.parley.message.Headers#key}); null if it has none
     * @return the place of the one chosen among the candidates, counted from 0
     */
    int pick(ChannelName channel, @Nullable String key);
}
