package io.parley.console.browser;

import java.util.ArrayList;
import java.util.List;

/** How the program is started as another process: with the class path of this one. */
final class DemoProcess {

    private DemoProcess() {}

    static List<String> command(String... arguments) {
        return commandOf("io.parley.console.Parley", arguments);
    }

    /** As {@link #command}, of another program. */
    static List<String> commandOf(String main, String... arguments) {
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(List.of(arguments));
        return command;
    }
}
