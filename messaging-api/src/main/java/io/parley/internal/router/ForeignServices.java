package io.parley.internal.router;

import io.parley.internal.route.ServiceView;
import io.parley.internal.runtime.PeerContext;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The services that a router looks after because somebody asked for them. Whoever sends may name any, so only so many are watched at a time:
 * those that have no instance make room for others. Confined to the I/O context.
 */
final class ForeignServices {

    private final int most;
    private final Function<String, ServiceView> open;
    private final Consumer<String> forget;
    private final Map<String, ServiceView> views = new LinkedHashMap<>(16, 0.75f, true);
    /** How many relays follow each service. */
    private final Map<String, Integer> followed = new HashMap<>();

    /**
     * @param open watches a service, unless it is watched already
     * @param forget ends that
     */
    ForeignServices(int most, Function<String, ServiceView> open, Consumer<String> forget) {
        this.most = most;
        this.open = open;
        this.forget = forget;
    }

    /** Whether a channel is another service's than this peer's own. */
    static boolean isForeign(String channel, PeerContext core) {
        String own = core.name.service();
        return !(channel.startsWith(own) && channel.startsWith("/", own.length()));
    }

    /**
     * The service of this name, which is watched from now on; null if there are too many.
     *
     * @throws IllegalArgumentException if the registry cannot hold such a name
     */
    @Nullable
    ServiceView view(String service) {
        ServiceView known = views.get(service);
        if (known != null) {
            return known;
        }
        if (views.size() >= most && !forgetOne()) {
            return null;
        }
        try {
            ServiceView view = open.apply(service);
            views.put(service, view);
            return view;
        } catch (IllegalArgumentException e) {
            forget.accept(service);
            throw e;
        }
    }

    /** Somebody subscribed to a channel of it: it is not forgotten. */
    void follow(String service) {
        followed.merge(service, 1, Integer::sum);
    }

    void followNoMore(String service) {
        followed.computeIfPresent(service, (unused, count) -> count == 1 ? null : count - 1);
    }

    private boolean forgetOne() {
        for (Iterator<Map.Entry<String, ServiceView>> all = views.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, ServiceView> each = all.next();
            if (each.getValue().isOfNoUse() && !followed.containsKey(each.getKey())) {
                all.remove();
                forget.accept(each.getKey());
                return true;
            }
        }
        return false;
    }
}
