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
        return new ConsulException(message, NONE);
    }

    /** Whether Consul understood and said no: asking again changes nothing until somebody changes something. */
    public boolean isRefusal() {
        return status == 400 || status == 401 || status == 403;
    }

    /** Whether Consul does not know what it was asked about. */
    boolean isUnknown() {
        return status == 404;
    }

    int status() {
        return status;
    }
}
