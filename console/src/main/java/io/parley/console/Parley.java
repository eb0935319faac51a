package io.parley.console;

import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The {@code parley} command line. */
public final class Parley {

    /** Enough for a demo to sum up. */
    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    private static final Logger LOG = Logger.getLogger("io.parley");

    private Parley() {}

    /** Runs one command and exits. */
    public static void main(String[] arguments) {
        boolean isVerbose = Arrays.asList(arguments).contains("--verbose")
                || Arrays.asList(arguments).contains("-v");
        System.setProperty(
                "java.util.logging.SimpleFormatter.format", isVerbose ? "%4$s %3$s: %5$s%6$s%n" : "parley: %5$s%n");
        LOG.setLevel(isVerbose ? Level.INFO : Level.WARNING);
        var stop = new Stop();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(stop), "parley-end"));
        int exitCode;
        try {
            exitCode = run(Terminal.ofProcess(), stop, arguments);
        } finally {
            stop.end();
        }
        System.exit(exitCode);
    }

    private static void interrupt(Stop stop) {
        try {
            stop.interrupt(END_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs one command; returns the exit code. */
    static int run(Terminal terminal, Stop stop, String... arguments) {
        var commandLine = new CommandLine(new ParleyCommand());
        for (Object command : List.of(
                new DemoCommand(terminal, stop),
                new PeerCommand(terminal, stop),
                new PeersCommand(terminal, stop),
                new RegistrarCommand(terminal, stop),
                new RouterCommand(terminal, stop),
                new ObserveCommand(terminal, stop),
                new RequestCommand(terminal, stop),
                new SendCommand(terminal, stop),
                new PublishCommand(terminal, stop),
                new SubscribeCommand(terminal, stop),
                new SurveyCommand(terminal, stop),
                new WatchCommand(terminal, stop),
                new ExplainCommand(terminal, stop),
                new TopCommand(terminal, stop))) {
            commandLine.addSubcommand(command);
        }
        var help = new StringWriter();
        int exitCode = commandLine
                .setOut(new PrintWriter(help))
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.hasColour() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(110)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((problem, line) -> onWrongUsage(terminal, problem))
                .setExecutionExceptionHandler(
                        (failure, command, line) -> onFailure(terminal, stop, failure, isVerbose(command)))
                .execute(arguments);
        if (!help.toString().isEmpty()) {
            terminal.printAll(help.toString().stripTrailing());
        }
        String failure = stop.failure();
        if (failure != null) {
            terminal.complain("parley: " + failure);
            return ExitCode.PEER_FAILED;
        }
        return exitCode;
    }

    private static boolean isVerbose(CommandLine command) {
        return command.getCommand() instanceof MeshCommand mesh && mesh.isVerbose;
    }

    private static int onWrongUsage(Terminal terminal, ParameterException problem) {
        String command = problem.getCommandLine().getCommandSpec().qualifiedName();
        terminal.complain(command + ": " + oneLine(problem) + " (" + command + " --help)");
        return ExitCode.WRONG_USAGE;
    }

    private static int onFailure(Terminal terminal, Stop stop, Exception failure, boolean isVerbose) {
        if (stop.isRequested()) {
            // Whatever this is, it comes of ending.
            return ExitCode.INTERRUPTED;
        }
        terminal.complain("parley: " + oneLine(failure));
        if (isVerbose) {
            terminal.sayTrace(failure);
        }
        return ExitCode.of(failure);
    }

    private static String oneLine(Exception failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return String.join(" ", message.lines().map(String::strip).toList());
    }

    /** What starts this program as another process: the same Java, class path or module path. */
    static List<String> ownCommandLine() {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse(System.getProperty("java.home") + "/bin/java"));
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.addAll(
                List.of(System.getProperty("parley.java.options", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx192m")
                        .split(" +")));
        String modulePath = System.getProperty("jdk.module.path", "");
        if (modulePath.isEmpty()) {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Parley.class.getName()));
        } else {
            command.addAll(List.of("-p", modulePath, "-m", "io.parley.console/" + Parley.class.getName()));
        }
        return command;
    }

    /** Knows the version. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() throws IOException {
            var properties = new Properties();
            try (InputStream resource = Parley.class.getResourceAsStream("version.properties")) {
                if (resource != null) {
                    properties.load(new java.io.InputStreamReader(resource, StandardCharsets.UTF_8));
                }
            }
            return new String[] {
                "parley " + properties.getProperty("version", "of unknown version") + ", Java "
                        + System.getProperty("java.version")
            };
        }
    }
}
