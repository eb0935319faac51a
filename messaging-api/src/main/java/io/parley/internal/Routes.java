package io.parley.internal;

import io.parley.channel.ChannelName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The links of one service that are ready, as a snapshot that senders choose from without a lock. Thread-safe. */
final class Routes {

    static final Routes NONE = new Routes(List.of());

    private final OutboundLink[] all;
    private final ConcurrentHashMap<ChannelName, OutboundLink[]> byChannel = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    Routes(List<OutboundLink> ready) {
        all = ready.toArray(OutboundLink[]::new);
    }

    int size() {
        return all.length;
    }

    OutboundLink[] all() {
        return all;
    }

    int nextTurn() {
        return turn.getAndIncrement() & Integer.MAX_VALUE;
    }

    /**
     * The links to instances that announce {@code channel}; if none does, all of them: a registry need not tell, and an instance
     * that does not serve the channel says so itself.
     */
    OutboundLink[] to(ChannelName channel) {
        if (all.length == 0) {
            return all;
        }
        OutboundLink[] known = byChannel.get(channel);
        return known != null ? known : byChannel.computeIfAbsent(channel, this::select);
    }

    private OutboundLink[] select(ChannelName channel) {
        var serving = new ArrayList<OutboundLink>();
        for (OutboundLink link : all) {
            if (link.instance().channels().containsKey(channel)) {
                serving.add(link);
            }
        }
        return serving.isEmpty() ? all : serving.toArray(OutboundLink[]::new);
    }
}
