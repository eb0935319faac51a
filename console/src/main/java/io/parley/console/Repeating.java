package io.parley.console;

import io.parley.console.terminal.Stop;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How often and how fast. Confined to one thread. */
final class Repeating {

    @Option(
            names = "--count",
            paramLabel = "N",
            converter = Values.Count.class,
            description = "How many to send. Default: 1, and of a file all.")
    @Nullable
    Long count;

    @Option(
            names = "--rate",
            paramLabel = "PER-SECOND",
            converter = Values.Rate.class,
            description = "How many to send a second. Default: as fast as may be.")
    double rate;

    @Option(
            names = {"-q", "--quiet"},
            description = "Write no result of single messages, only failures and the summary.")
    boolean isQuiet;

    /** Whether more than one message was asked for. */
    boolean isMany() {
        return count != null && count > 1;
    }

    <R> Exchanges<R> exchanges(Stop stop, boolean isStream, int window) {
        long most = count != null ? count : isStream ? Long.MAX_VALUE : 1;
        return new Exchanges<>(stop, most, rate, window);
    }
}
