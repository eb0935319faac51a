package io.parley.simulation;

import java.util.function.Supplier;
import java.util.stream.Stream;

/** What application code may throw, and code that throws it as long as it is told to. Confined to one thread. */
final class Throwing {

    private final Supplier<Throwable> failure;
    private boolean isOn;
    private int thrown;

    Throwing(Supplier<Throwable> failure) {
        this.failure = failure;
    }

    /** A kind of exception that callbacks may throw. */
    record Kind(String name, Supplier<Throwable> failure) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind("an unchecked exception", () -> new IllegalStateException("made up")),
                new Kind("an undeclared checked exception", () -> new Exception("made up")),
                new Kind("a direct subclass of Throwable", () -> new Odd("made up")),
                new Kind("AssertionError", () -> new AssertionError("made up")),
                new Kind("StackOverflowError", StackOverflowError::new),
                new Kind("OutOfMemoryError", () -> new OutOfMemoryError("made up")),
                new Kind("NoClassDefFoundError", () -> new NoClassDefFoundError("made/Up")),
                new Kind("one whose getMessage throws", Mute::new),
                new Kind("one whose getCause and toString throw", Bottomless::new),
                new Kind("one whose getMessage throws an Error", Deadly::new));
    }

    void on() {
        isOn = true;
    }

    void off() {
        isOn = false;
    }

    boolean isOn() {
        return isOn;
    }

    int thrown() {
        return thrown;
    }

    /** Throws, if it is to. */
    void maybe() {
        if (isOn) {
            thrown++;
            Throwing.<RuntimeException>sneak(failure.get());
        }
    }

    Throwable next() {
        thrown++;
        return failure.get();
    }

    @SuppressWarnings("unchecked")
    static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private static final class Odd extends Throwable {

        private static final long serialVersionUID = 1L;

        Odd(String message) {
            super(message);
        }
    }

    private static final class Mute extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("nothing to say");
        }
    }

    private static final class Bottomless extends java.util.concurrent.CompletionException {

        private static final long serialVersionUID = 1L;

        Bottomless() {
            super("made up");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("no bottom");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("no name");
        }
    }

    private static final class Deadly extends Exception {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new StackOverflowError();
        }
    }
}
