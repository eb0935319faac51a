package io.parley.discovery.local;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Works on files in threads that may be interrupted: an interrupt closes a file's channel in the middle of the work, which is done once
 * more then. The interrupt flag is set again afterwards. Stateless.
 */
final class UninterruptedFiles {

    private UninterruptedFiles() {}

    /** Reads or writes a file from the beginning. */
    @FunctionalInterface
    interface Work<T> {

        T run() throws IOException;
    }

    static <T> T call(Work<T> work) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return work.run();
                } catch (ClosedByInterruptException e) {
                    Thread.interrupted();
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
