package io.parley.internal.dispatch;

import io.parley.internal.lane.CompletionBatch;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds handlers that wait for the end of the process, as one does that has called {@link System#exit}: the process waits for its
 * shutdown hooks, and a hook that closes the peer would wait for that handler. Stateless.
 */
public final class ExitingHandlers {

    private static final String SHUTDOWN = "java.lang.Shutdown";
    private static final String HANDLING = InboundMessage.class.getPackageName() + '.';
    private static final String RUN = "run";

    private ExitingHandlers() {}

    /**
     * Counts the handlers that have called {@link System#exit} and will not return, and has told what their threads were done with
     * before. It looks at all threads, which takes a moment.
     *
     * @param threads with which the names of this peer's threads begin; null if handlers run on threads of the application's, and then
     *     those of other peers count as well
     */
    public static int count(@Nullable String threads) {
        int count = 0;
        for (Map.Entry<Thread, StackTraceElement[]> each :
                Thread.getAllStackTraces().entrySet()) {
            boolean isOurs = threads == null || each.getKey().getName().startsWith(threads + '-');
            if (isOurs && isExiting(each.getValue()) && isHandling(each.getValue())) {
                CompletionBatch.flushOf(each.getKey());
                count++;
            }
        }
        return count;
    }

    private static boolean isExiting(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().equals(SHUTDOWN)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isHandling(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            String name = frame.getClassName();
            if (frame.getMethodName().equals(RUN)
                    && (name.equals(HANDLING + "AnswerTask") || name.equals(HANDLING + "ReceiveTask"))) {
                return true;
            }
        }
        return false;
    }
}
