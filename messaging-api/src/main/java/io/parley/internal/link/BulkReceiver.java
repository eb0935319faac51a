package io.parley.internal.link;

import io.parley.internal.wire.ChunkAssembler;
import io.parley.internal.wire.ChunkBudget;
import io.parley.internal.wire.CompletedChunks;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.MalformedFrameException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the chunks that come over a bulk link together, and keeps the messages until they are called for over the link itself. {@link
 * #onChunk} and {@link #clear} are confined to the bulk port's context, the rest is thread-safe.
 */
final class BulkReceiver implements ChunkBudget {

    private final ChunkBudget payer;
    private final ChunkAssembler assembly;
    private final Runnable onComplete;
    private final BulkReorderBuffer arrivals = new BulkReorderBuffer(BulkReorderBuffer.Bound.STANDARD);
    /** How many bytes have come. */
    private final AtomicLong heard = new AtomicLong();
    /** Whether the last chunk that came was not the last of its message. */
    private volatile boolean isHalfWay;

    /**
     * @param visitor makes the objects that messages are read into
     * @param payer pays for the messages
     * @param onComplete run when a message is complete
     */
    BulkReceiver(
            long mostOctets,
            FrameVisitor visitor,
            ChunkBudget payer,
            Executor aside,
            Consumer<byte[]> reuse,
            Runnable onComplete) {
        this.payer = payer;
        this.onComplete = onComplete;
        assembly = new ChunkAssembler(mostOctets, visitor, aside, reuse, this);
    }

    /** Returns false if more comes than may be under way. */
    boolean onChunk(Control.Chunk chunk) throws MalformedFrameException {
        heard.lazySet(heard.getPlain() + chunk.length());
        CompletedChunks parcel = assembly.gather(chunk);
        boolean isTaken = parcel == null || arrivals.add(parcel);
        if (parcel != null && isTaken) {
            onComplete.run();
        }
        if (isHalfWay != (parcel == null)) {
            isHalfWay = parcel == null;
        }
        return isTaken;
    }

    /** Forgets the message that has come in part. */
    void clear() {
        assembly.clear();
        isHalfWay = false;
    }

    /** Whether a message has come in part, or is not called for yet. */
    boolean hasUnderWay() {
        return isHalfWay || arrivals.isAnyThere();
    }

    /** Returns how many bytes have come. */
    long heard() {
        return heard.get();
    }

    /** Takes out the message with this number; null if it cannot be called for. */
    @Nullable
    CompletedChunks call(long number) {
        return arrivals.call(number);
    }

    /** Whether the other side is to be told of arrivals that it was not told of yet. */
    boolean isWithheld() {
        return arrivals.isWithheld();
    }

    /** Returns how many messages in all the other side is to be told of; 0 if there is nothing new to tell. */
    long news() {
        return arrivals.news();
    }

    /** Nothing is called for any more. */
    void close() {
        arrivals.close();
    }

    @Override
    public ChunkBudget.Means meansFor(EnvelopeKind kind, long octets) {
        return payer.meansFor(kind, octets + arrivals.credit());
    }

    @Override
    public boolean take(long octets) {
        return payer.take(octets);
    }

    @Override
    public void give(long octets) {
        payer.give(octets);
    }
}
