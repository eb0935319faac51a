package io.parley.internal.link;

import io.parley.failure.LinkLostException;
import io.parley.internal.runtime.PeerContext;
import io.parley.transport.MemoryBudget;

/** Holds the state that all links of one peer share, and that only links need. Thread-safe. */
public final class LinkContext {

    /** The number of answered calls that are remembered, to tell a second answer from a late one. */
    private static final int REMEMBERED = 1024;

    public final PeerContext core;
    /** The credit that is granted to those who dial. */
    public final CreditPool credit;
    /** Pays for one-way messages that are sent and not known to be finished. */
    final MemoryBudget sentOneWays;
    /** The second port, for large messages. */
    public final BulkPort bulk;
    /** Requests that await an answer. */
    public final PendingCalls awaited = new PendingCalls();
    /** The sequence numbers of the requests that were answered last. */
    final RecentIds answered = new RecentIds(REMEMBERED);

    public LinkContext(PeerContext core) {
        this.core = core;
        credit = new CreditPool(core.memory.credit, core.config.limits(), core.time);
        sentOneWays = UnfinishedOneWays.partOf(core.memory.whole());
        bulk = new BulkPort(core);
    }

    /** Fails all calls that await an answer, as the peer has closed by itself. */
    public void failCalls() {
        awaited.failAll(new LinkLostException("Peer " + core.name + " has closed by itself, and awaits no answer"));
    }
}
