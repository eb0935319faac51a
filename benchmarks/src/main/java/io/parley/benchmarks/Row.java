package io.parley.benchmarks;

/**
 * A workload in one measure, for every contender to do. Immutable.
 *
 * @param load how many requests are in flight, or events' subscribers, or requests a second are due; means nothing to other
 *     workloads
 * @param size of a payload in bytes, at least 8; means nothing to records
 */
public record Row(Workload workload, int load, int size) {

    private static final int PLAIN = 64;
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    public Row {
        if (size < Long.BYTES) {
            throw new IllegalArgumentException("A payload has at least 8 bytes, for its number, not " + size);
        }
        if (load < 1) {
            throw new IllegalArgumentException("The load is at least 1, not " + load);
        }
    }

    @Override
    public String toString() {
        String name =
                switch (workload) {
                    case REQUESTS, RECORDS, PUBLISH -> workload + " " + load;
                    case PACED -> workload + " " + load + "/s";
                    default -> workload.toString();
                };
        boolean tellsSize = workload.isLarge() || (size != PLAIN && workload != Workload.RECORDS);
        return tellsSize || workload == Workload.ONE_WAY ? name + " " + bytes(size) : name;
    }

    static String bytes(int size) {
        if (size >= MIB && size % MIB == 0) {
            return size / MIB + " MiB";
        }
        return size >= KIB && size % KIB == 0 ? size / KIB + " KiB" : size + " B";
    }
}
