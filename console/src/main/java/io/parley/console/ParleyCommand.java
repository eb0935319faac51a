package io.parley.console;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code parley} itself. Confined to one thread. */
@Command(
        name = "parley",
        description = "Messages between services, with no broker in the middle.",
        versionProvider = Parley.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "  0:done",
            "  1:refused by the receiver, or its handler failed, or something else went wrong",
            "  2:wrong usage, or input that is not as expected",
            "  3:timed out, or out of memory",
            "  4:not found: no instance of the service, or no such channel",
            "  5:a peer of the command's has closed by itself, as it could not go on",
            "130:ended by Ctrl-C"
        },
        footer = {"", "parley COMMAND --help tells more. Begin with parley demo."})
final class ParleyCommand implements Runnable {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelpWanted;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    boolean isVersionWanted;

    @Spec
    // picocli sets it before anything asks for it.
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "expected a command: " + String.join(", ", spec.subcommands().keySet()));
    }
}
