package io.parley.internal.route;

import io.parley.Probe;
import io.parley.discovery.Instance;
import io.parley.internal.link.LinkContext;
import io.parley.internal.runtime.PeerContext;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The instances that are looked after. Confined to the I/O context, but for {@link #open}, which is thread-safe. */
public final class Probes {

    private final LinkContext links;
    private final PeerContext core;
    private final Set<ProbeImpl> probes = new LinkedHashSet<>();

    public Probes(LinkContext links) {
        this.links = links;
        core = links.core;
    }

    public Probe open(Instance instance, Probe.Listener listener) {
        var probe = new ProbeImpl(links, probes::remove, instance, listener);
        core.port().execute(() -> {
            if (!core.isFinished()) {
                probes.add(probe);
                probe.start();
            }
        });
        return probe;
    }

    public void onBeat(long now) {
        List.copyOf(probes).forEach(probe -> probe.onBeat(now));
    }

    /** @param orderly whether this is the I/O context and the port still open */
    public void close(boolean orderly) {
        probes.forEach(probe -> probe.close(orderly));
        probes.clear();
    }
}
