package io.parley.failure;

import io.parley.text.PlainText;

/** The receiver's handler failed. What it said of the failure is here; its stack trace stays at home. */
public final class FaultedException extends MessagingException {

    private static final long serialVersionUID = 1L;

    private final String code;

    public FaultedException(String code, String message) {
        super(message);
        this.code = PlainText.of(code);
    }

    /**
     * The code that the handler gave its {@link HandlerFault}; where it threw something else, {@code handler-failed}, and
     * where its answer could not be sent, {@code unsendable-reply}. Made harmless, as the message is.
     */
    public String code() {
        return code;
    }

    @Override
    public Outcome outcome() {
        return Outcome.FAULTED;
    }
}
