package io.parley.consul.gateway;

/** Consul could not be asked, or did not do as asked. */
public final class ConsulException extends Exception {

    private static final long serialVersionUID = 1L;

    /** For want of an answer. */
    private static final int NONE = 0;

    private final int status;

    private ConsulException(String message, int status, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    ConsulException(String message, int status) {
        super(message);
        this.status = status;
    }

    /** There was no answer, or none that makes sense. */
    static ConsulException unanswered(String message, Throwable cause) {
        return new ConsulException(message, NONE, cause);
    }

    /** Consul has done as asked, and yet it is not so. */
    public static ConsulException contradicted(String message) {
        return new ConsulException(message, 200);
    }

    /** Whether Consul does not know what it was asked about. */
    boolean isUnknown() {
        return status == 404;
    }

    /** Whether Consul answered at all, if not as it should. */
    public boolean isAnswered() {
        return status != NONE;
    }

    int status() {
        return status;
    }
}
