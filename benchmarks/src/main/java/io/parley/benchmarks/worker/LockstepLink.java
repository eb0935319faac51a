package io.parley.benchmarks.worker;

import org.jspecify.annotations.Nullable;

/**
 * A link by hand: the thread that asks also takes the answers, which come in order. Confined to that thread, but that {@link #take}
 * may be another's where requests are paced.
 */
abstract class LockstepLink extends Link {

    private @Nullable Thread taker;

    /** Sends a question, or puts it where {@link #flush} sends it from. */
    abstract void put(byte[] question) throws Exception;

    /** Waits for the next answer. */
    abstract byte[] take() throws Exception;

    /** Whether an answer can be taken without waiting. */
    abstract boolean hasNext();

    @Override
    final byte[] ask(byte[] question) throws Exception {
        put(question);
        flush();
        return take();
    }

    @Override
    final void ask(byte[] question, Answered<byte[]> then) throws Exception {
        if (taker == null) {
            taker = new Thread(() -> takeAll(then), "taker");
            // It waits for answers as long as the process lives.
            taker.setDaemon(true);
            taker.start();
        }
        put(question);
        flush();
    }

    private void takeAll(Answered<byte[]> then) {
        try {
            while (true) {
                then.onAnswer(take());
            }
        } catch (Exception e) {
            then.onFailure(e);
        }
    }
}
