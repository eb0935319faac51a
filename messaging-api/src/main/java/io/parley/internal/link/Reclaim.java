package io.parley.internal.link;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Takes back credit that is granted and not used, or hardly, when others need the memory: a grant cannot be revoked, so such links are
 * ended, in order, those first that hold most. Their diallers may come again, and are granted what there is for a newcomer then.
 * Confined to the I/O context.
 */
final class Reclaim {

    private final CreditPool pool;

    Reclaim(CreditPool pool) {
        this.pool = pool;
    }

    /** Once per heartbeat interval. */
    void onBeat(Collection<InboundLink> links) {
        List<InboundLink> reclaimable = new ArrayList<>();
        long leaving = 0;
        for (InboundLink link : List.copyOf(links)) {
            link.onReclaimBeat();
            if (link.hasEnded()) {
                continue;
            }
            if (link.isEndingSoon()) {
                leaving += link.cost();
            } else if (link.isReclaimable()) {
                reclaimable.add(link);
            }
        }
        long need = pool.takeNeed() - leaving;
        reclaimable.sort(Comparator.comparingLong(InboundLink::cost).reversed());
        for (InboundLink link : reclaimable) {
            if (need <= 0) {
                return;
            }
            need -= link.cost();
            link.retire();
        }
    }
}
