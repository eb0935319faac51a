package io.parley.benchmarks.resilience;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An account of each message, in a file that several processes map: what its sender was told, and how often a handler began it. What a
 * process has written survives its death.
 *
 * <p>Thread-safe, and safe between processes.
 */
final class Ledger {

    /** Outcome of a message as its sender was told. */
    enum Outcome {
        /** Nothing: it was not sent, or is still awaited. */
        NONE,
        /** A one-way message was handed over. */
        ACCEPTED,
        ANSWERED,
        NOT_SENT,
        REFUSED,
        FAULTED,
        UNKNOWN
    }

    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private static final int BEGUN = 0;
    private static final int BEGUN_LATE = 4;
    private static final int OUTCOME = 8;
    private static final int DEAD_LETTERS = 12;
    private static final int ENTRY = 16;

    private final MappedByteBuffer entries;
    private final int capacity;

    private Ledger(MappedByteBuffer entries, int capacity) {
        this.entries = entries;
        this.capacity = capacity;
    }

    /** Maps {@code file}, which is made if it is not there, with room for {@code capacity} messages numbered from 0. */
    static Ledger open(Path file, int capacity) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Ledger(channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) capacity * ENTRY), capacity);
        }
    }

    /** @param late whether the message's deadline had passed */
    void begun(int message, boolean late) {
        add(message, BEGUN);
        if (late) {
            add(message, BEGUN_LATE);
        }
    }

    void outcome(int message, Outcome outcome) {
        INTS.setVolatile(entries, at(message, OUTCOME), outcome.ordinal());
    }

    void deadLetter(int message) {
        add(message, DEAD_LETTERS);
    }

    /** How often a handler began it. */
    int begun(int message) {
        return get(message, BEGUN);
    }

    /** How often a handler began it when its deadline had passed. */
    int begunLate(int message) {
        return get(message, BEGUN_LATE);
    }

    Outcome outcome(int message) {
        return Outcome.values()[get(message, OUTCOME)];
    }

    int deadLetters(int message) {
        return get(message, DEAD_LETTERS);
    }

    int capacity() {
        return capacity;
    }

    private void add(int message, int field) {
        INTS.getAndAdd(entries, at(message, field), 1);
    }

    private int get(int message, int field) {
        return (int) INTS.getVolatile(entries, at(message, field));
    }

    private int at(int message, int field) {
        if (message < 0 || message >= capacity) {
            throw new IllegalArgumentException("No message " + message + ": there are " + capacity);
        }
        return message * ENTRY + field;
    }
}
