package io.parley.console.registrar;

import java.util.List;

/** A configuration is not as it should be. Each of its mistakes is one line for the user. */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<String> mistakes;

    ConfigException(List<String> mistakes) {
        super(String.join("; ", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    /** In the order of their lines. */
    public List<String> mistakes() {
        return mistakes;
    }
}
