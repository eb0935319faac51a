package io.parley.internal.link;

import io.parley.internal.wire.ChunkBudget;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.WireMessage;

/** The link that a bulk link belongs to. Called in the I/O context of that link; {@link ChunkBudget} in that of the bulk port. */
interface BulkLinkOwner extends FrameVisitor, ChunkBudget {

    SendBuffer outbox();

    /** There is something large to send, and no bulk link yet. */
    void wantBulkLink();

    /** A message is complete that came over the bulk link, and is called for. */
    void onCompleted(WireMessage message);

    /** The other side sent something malformed. */
    void onMalformed(String how);

    /** The other side broke the protocol. */
    void violated(String how);

    boolean hasEnded();

    /** Names the other end, for people. */
    String other();
}
