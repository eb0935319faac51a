package io.parley.failure;

/**
 * The calling thread was interrupted while it waited. It no longer waits, its interrupt flag is set, and the cause is an
 * {@link InterruptedException}. The thread is asked to end: a loop that tries again ends with this, whatever it repeats otherwise.
 */
public final class InterruptedCallException extends MessagingException {

    private static final long serialVersionUID = 1L;

    private final boolean sent;

    /** @param sent whether the message was sent before the interrupt came */
    public InterruptedCallException(String message, boolean sent, InterruptedException cause) {
        super(message, cause);
        this.sent = sent;
    }

    /** Whether the message was sent. If not, nobody has seen it, nor will; if so, what became of it is not known. */
    public boolean isSent() {
        return sent;
    }

    @Override
    public Outcome outcome() {
        return Outcome.INTERRUPTED;
    }
}
