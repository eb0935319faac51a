package io.parley.internal.route;

import io.parley.channel.ChannelName;
import io.parley.internal.link.OutboundLink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The links of one service that are ready, as a snapshot that senders choose from without a lock. Thread-safe. */
final class Routes {

    private final Route all;
    private final Set<OutboundLink> avoided;
    private final Balancing balancing;
    private final ConcurrentHashMap<ChannelName, Route> byChannel = new ConcurrentHashMap<>();

    /** @param avoided those among them that have failed of late */
    Routes(List<OutboundLink> ready, Set<OutboundLink> avoided, Balancing balancing) {
        this.avoided = avoided;
        this.balancing = balancing;
        all = route(ready);
    }

    static Routes none(Balancing balancing) {
        return new Routes(List.of(), Set.of(), balancing);
    }

    int size() {
        return all.links().length;
    }

    OutboundLink[] all() {
        return all.links();
    }

    /**
     * By the links to instances that announce {@code channel}; if none does, by all of them: a registry need not tell, and an instance
     * that does not serve the channel says so itself.
     */
    Route to(ChannelName channel) {
        if (size() < 2) {
            return all;
        }
        Route known = byChannel.get(channel);
        return known != null ? known : byChannel.computeIfAbsent(channel, this::select);
    }

    private Route select(ChannelName channel) {
        List<OutboundLink> serving = Arrays.stream(all())
                .filter(link -> link.instance().channels().containsKey(channel))
                .toList();
        return serving.isEmpty() || serving.size() == size() ? all : route(serving);
    }

    private Route route(List<OutboundLink> links) {
        var preferred = new ArrayList<>(links);
        preferred.removeAll(avoided);
        List<OutboundLink> rest = links.stream().filter(avoided::contains).toList();
        return Route.of(preferred, rest, balancing);
    }
}
