package io.parley.benchmarks.lab;

/** Something could not be measured, and why. */
public final class MeasurementException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public MeasurementException(String message) {
        super(message);
    }
}
