package io.parley.internal.route;

import io.parley.channel.ChannelName;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.runtime.PeerContext;
import io.parley.loadbalance.Candidates;
import io.parley.loadbalance.LoadBalancer;
import io.parley.loadbalance.Picker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks the load balancer of one service for pickers, and lives on if it, or they, fail. Thread-safe. */
final class Balancing {

    private final PeerContext core;
    private final LoadBalancer balancer;

    Balancing(PeerContext core, String service) {
        this.core = core;
        balancer = core.config
                .calling()
                .balancers()
                .getOrDefault(service, core.config.calling().balancer());
    }

    Picker picker(List<OutboundLink> links) {
        var candidates = new Candidates(
                core.config.identity().metadata(),
                List.copyOf(links),
                core.config.plugins().environment().random());
        try {
            return new Guarded(balancer.picker(candidates), links.size());
        } catch (Throwable e) {
            complain("The load balancer failed, and instances take turns", e);
            return LoadBalancer.roundRobin().picker(candidates);
        }
    }

    private void complain(String what, Throwable cause) {
        core.complaints.report("balancer", what, cause);
    }

    /** Whatever the other one does, picks a link that is there. Thread-safe. */
    private final class Guarded implements Picker {

        private final Picker picker;
        private final int size;

        Guarded(Picker picker, int size) {
            this.picker = picker;
            this.size = size;
        }

        @Override
        public int pick(ChannelName channel, @Nullable String key) {
            int picked;
            try {
                picked = picker.pick(channel, key);
            } catch (Throwable e) {
                complain("The load balancer's picker failed, and the first instance was taken", e);
                return 0;
            }
            if (picked >= 0 && picked < size) {
                return picked;
            }
            var wrong = new IndexOutOfBoundsException(picked + " of " + size);
            complain("The load balancer's picker named an instance that is not there: " + picked, wrong);
            return 0;
        }
    }
}
