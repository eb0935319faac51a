package io.parley.benchmarks.footprint;

/** Something could not be measured, and why. */
final class MeasurementException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MeasurementException(String message) {
        super(message);
    }
}
