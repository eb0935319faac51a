package io.parley.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Takes back credit that is granted and not used, when others need the memory: a grant cannot be revoked, so idle links are ended, in
 * order, those first that hold most. Their diallers may come again, and are granted what there is for a newcomer then. Confined to the
 * I/O context.
 */
final class Reclaim {

    /** Nothing has come on an idle link for so many heartbeat intervals. */
    private static final int IDLE_BEATS = 2;

    private final CreditPool pool;

    Reclaim(CreditPool pool) {
        this.pool = pool;
    }

    /** Once per heartbeat interval. */
    void onBeat(Collection<InboundLink> links) {
        List<InboundLink> idle = new ArrayList<>();
        for (InboundLink link : List.copyOf(links)) {
            if (link.countIdleBeats() >= IDLE_BEATS) {
                idle.add(link);
            }
        }
        long need = pool.takeNeed();
        if (need == 0) {
            return;
        }
        idle.sort(Comparator.comparingLong(InboundLink::cost).reversed());
        for (InboundLink link : idle) {
            if (need <= 0) {
                return;
            }
            need -= link.cost();
            link.retire();
        }
    }
}
