package io.parley.failure;

/** The receiver saw the message and did not begin to handle it. Retry is safe. */
public final class RefusedException extends MessagingException {

    private static final long serialVersionUID = 1L;

    private final FaultCode code;

    public RefusedException(FaultCode code, String message) {
        super(message);
        this.code = code;
    }

    public FaultCode code() {
        return code;
    }

    @Override
    public Outcome outcome() {
        return Outcome.REFUSED;
    }
}
