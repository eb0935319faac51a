package io.parley.internal.wire;

/** Pays for envelopes that arrive in chunks and are not complete. */
public interface ChunkBudget {

    /** What pays for an envelope. */
    enum Means {
        /** The credit that was granted for it. */
        CREDIT,
        /** Memory that is reserved as it arrives: it needs no credit. */
        MEMORY,
        /** Nothing: it needs credit, and not so much has been granted. */
        NONE
    }

    /** Pays for everything, by nothing. */
    ChunkBudget FREE = new ChunkBudget() {
        @Override
        public Means meansFor(EnvelopeKind kind, long octets) {
            return Means.CREDIT;
        }

        @Override
        public boolean take(long octets) {
            return true;
        }

        @Override
        public void give(long octets) {}
    };

    /** @param octets what the envelope takes, its length field included */
    Means meansFor(EnvelopeKind kind, long octets);

    /** Reserves memory; false if there is not so much left. */
    boolean take(long octets);

    /** Gives it back. From any thread. */
    void give(long octets);
}
