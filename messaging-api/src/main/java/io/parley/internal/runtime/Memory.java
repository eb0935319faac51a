package io.parley.internal.runtime;

import io.parley.Limits;
import io.parley.internal.wire.FrameLimits;
import io.parley.transport.MemoryBudget;
import java.util.List;

/**
 * Divides a peer's memory budget, so that what is used up for one purpose leaves the others what they need. Where the budget is small
 * beside the largest message the parts overlap. Immutable; the parts are thread-safe.
 */
public final class Memory {

    /** Bytes that a link takes besides its credit: for what may wait in its outbox unpaid, and for the CANCELs that it remembers. */
    public static final int LINK = 32 * 1024;

    private static final int SIXTEENTHS = 16;
    private static final long MIB = 1024 * 1024;

    /** Connections and subscriptions: the transport reserves in it. */
    public final MemoryPart connections;
    /** Credit that is granted to those who dial, and what they have in hand here. */
    public final MemoryPart credit;
    /** Answers that arrive in chunks and are not complete. */
    public final MemoryPart unfinished;
    /** Messages and answers that wait in outboxes to be read by others. */
    public final MemoryPart outgoing;
    /** Messages that wait for a link, or for credit. */
    public final MemoryPart waiting;
    /** Publications that wait to be written. */
    public final MemoryPart publications;

    /** Responses to surveys that are not over, and what these have got. */
    public final MemoryPart responses;

    private final MemoryBudget whole;
    /** What one of the largest messages takes. */
    private final long largest;

    Memory(Limits limits, ErrorReporter complaints) {
        long part = limits.memoryBytes() / SIXTEENTHS;
        // A part that does not hold one of the largest messages would never let it through.
        long one = LINK + FrameLimits.maxFrame(limits.maxMessageBytes()) + Backlog.STEP;
        largest = one;
        long forConnections = Math.max(6 * part, MIB);
        long forCredit = Math.max(5 * part, 3 * one);
        long forUnfinished = Math.max(part, 2 * one);
        long forOutgoing = Math.max(2 * part, 2 * one);
        long forWaiting = Math.max(part, one);
        long forPublications = Math.max(part, one);
        long forResponses = Math.max(2 * part, 2 * one);
        whole = MemoryBudget.of(Math.max(limits.memoryBytes(), forCredit));
        connections = new MemoryPart("connections and subscriptions", whole.part(forConnections), complaints);
        credit = new MemoryPart("credit", whole.part(forCredit), complaints);
        unfinished = new MemoryPart("unfinished answers", whole.part(forUnfinished), complaints);
        outgoing = new MemoryPart("messages to be read by others", whole.part(forOutgoing), complaints);
        waiting = new MemoryPart("messages that wait for an instance", whole.part(forWaiting), complaints);
        publications = new MemoryPart("publications", whole.part(forPublications), complaints);
        // Nothing is set aside for it: few peers make surveys.
        responses = new MemoryPart("responses to surveys", whole.part(forResponses), complaints);
    }

    /** Pays for what waits in the outbox of one link. */
    public Backlog backlogOfLink() {
        return new Backlog(outgoing, LINK, Math.max(outgoing.budget().capacity() / 4, largest));
    }

    /** Pays for the publications that wait. */
    public Backlog backlogOfPublications() {
        return new Backlog(publications, 0, publications.budget().capacity());
    }

    public List<MemoryPart> parts() {
        return List.of(connections, credit, unfinished, outgoing, waiting, publications, responses);
    }

    /** All of it, for what has a bound of its own. */
    public MemoryBudget whole() {
        return whole;
    }

    public long reserved() {
        return whole.reserved();
    }

    public long capacity() {
        return whole.capacity();
    }
}
