package io.parley.console;

import io.parley.failure.FaultCode;
import io.parley.failure.MessagingException;
import io.parley.failure.NoInstanceException;
import io.parley.failure.RefusedException;
import io.parley.failure.TimedOutException;

/** What the process tells whoever started it. Immutable. */
final class ExitCode {

    static final int SUCCESS = 0;
    /** Also for whatever else goes wrong. */
    static final int REFUSED = 1;

    static final int WRONG_USAGE = 2;
    static final int TIMED_OUT = 3;
    static final int NOT_FOUND = 4;
    /** A peer of the command's has closed by itself. */
    static final int PEER_FAILED = 5;

    static final int INTERRUPTED = 130;

    private ExitCode() {}

    static int of(Throwable failure) {
        if (failure instanceof CommandException command) {
            return command.exitCode();
        }
        if (failure instanceof TimedOutException) {
            return TIMED_OUT;
        }
        boolean isNotThere = failure instanceof NoInstanceException
                || failure instanceof RefusedException refused && refused.code() == FaultCode.UNKNOWN_CHANNEL;
        return isNotThere ? NOT_FOUND : REFUSED;
    }

    /** One word for what became of a message. */
    static String word(MessagingException failure) {
        return switch (of(failure)) {
            case TIMED_OUT -> "timed-out";
            case NOT_FOUND -> "not-found";
            default ->
                failure.outcome().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        };
    }
}
