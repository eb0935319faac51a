package io.parley.internal.link;

import io.parley.internal.wire.ChunkAssembler;

/**
 * Tells which messages of one link come in chunks, on the link itself or over its bulk link: such a message may have been packed long
 * before those that come in their turn at the same time. Confined to the I/O context.
 */
final class InChunks {

    private final ChunkAssembler assembly;
    private final BulkLink bulk;
    private boolean isReading;
    /** How many octets of chunks have come on the link itself. */
    private long octets;

    /** How many had come, those over the bulk link included, when {@link #mark} was called. */
    private long marked;

    InChunks(ChunkAssembler assembly, BulkLink bulk) {
        this.assembly = assembly;
        this.bulk = bulk;
    }

    void onChunk(int length) {
        octets += length;
    }

    /** A message that came in chunks is read until {@link #endReading} is called. */
    void beginReading() {
        isReading = true;
    }

    void endReading() {
        isReading = false;
    }

    /** Whether the message that is being read came in chunks. */
    boolean isReading() {
        return isReading;
    }

    /** Notes how much has come. */
    void mark() {
        marked = octets + bulk.heard();
    }

    /** Whether nothing has come in chunks since {@link #mark}, and nothing is under way: then the other side has nothing of the kind. */
    boolean isQuietSinceMark() {
        return assembly.octets() == 0 && !bulk.hasUnderWay() && octets + bulk.heard() == marked;
    }
}
