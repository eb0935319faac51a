package io.parley.benchmarks.lab;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Finds the constants that a command line names. Stateless. Thread-safe. */
public final class Choice {

    private Choice() {}

    /**
     * Returns the constants with these names as {@code toString} gives them, each once; all of them if {@code names} is empty.
     *
     * @throws ParameterException if a name is none of theirs; it says what was expected
     */
    public static <E extends Enum<E>> List<E> of(Class<E> type, List<String> names, CommandSpec spec) {
        E[] all = type.getEnumConstants();
        if (names.isEmpty()) {
            return List.of(all);
        }
        return names.stream().distinct().map(name -> byName(all, name, spec)).toList();
    }

    private static <E extends Enum<E>> E byName(E[] all, String name, CommandSpec spec) {
        return Arrays.stream(all)
                .filter(constant -> constant.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "Nothing to measure: expected one of "
                                + Arrays.stream(all).map(E::toString).collect(Collectors.joining(", ")) + " but was '"
                                + name + "'"));
    }
}
