package io.parley.benchmarks.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Payloads begin with their number. Thread-safe. */
final class Payloads {

    private static final VarHandle NUMBER = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Payloads() {}

    /** A new one: both Parley and JeroMQ may keep the array they are given. */
    static byte[] make(int size, long number) {
        byte[] payload = new byte[size];
        NUMBER.set(payload, 0, number);
        return payload;
    }

    static long number(byte[] payload) {
        return (long) NUMBER.get(payload, 0);
    }

    static void require(byte[] answer, int size, long number) {
        if (answer.length != size || number(answer) != number) {
            throw new IllegalStateException("An answer is not what was asked for");
        }
    }
}
