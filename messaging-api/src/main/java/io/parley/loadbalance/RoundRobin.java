package io.parley.loadbalance;

import io.parley.channel.ChannelName;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** All in turn, from one that chance names: sets change often while peers start, and the first must not get all of it. Thread-safe. */
final class RoundRobin implements Picker {

    private final int size;
    private final AtomicInteger turn;

    RoundRobin(Candidates candidates) {
        size = candidates.size();
        turn = new AtomicInteger(candidates.random().nextInt(size));
    }

    @Override
    public int pick(ChannelName channel, @Nullable String key) {
        return (turn.getAndIncrement() & Integer.MAX_VALUE) % size;
    }
}
