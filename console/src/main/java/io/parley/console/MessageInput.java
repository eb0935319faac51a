package io.parley.console;

import io.parley.Limits;
import io.parley.channel.ChannelName;
import io.parley.console.json.Json;
import io.parley.console.json.NotJsonException;
import io.parley.console.terminal.Stop;
import io.parley.message.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is to be sent, as the command line says it. Confined to one thread. */
final class MessageInput {

    private static final String STDIN = "-";

    @Parameters(
            index = "0",
            paramLabel = "CHANNEL",
            converter = Values.Channel.class,
            description = "The channel, owner/name, such as orders/place.")
    // picocli sets it before anything asks for it.
    @SuppressWarnings("NullAway.Init")
    ChannelName channel;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "JSON",
            description = "The payload, sent as it is; - to read payloads from the standard input.")
    @Nullable
    String body;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description =
                    "Read payloads from a file (- for the standard input): JSON lines, or values over many lines.")
    @Nullable
    String file;

    @Option(
            names = "--raw",
            description = "Send what is no JSON as well; of a file, each line as it is, empty ones left out.")
    boolean isRaw;

    @Option(
            names = "--type",
            paramLabel = "NAME",
            description = "The payload's type, for people to read. Default: JSON.")
    String type = "JSON";

    @Option(names = "--header", paramLabel = "NAME=VALUE", description = "An application's header. May be repeated.")
    Map<String, String> headers = new TreeMap<>();

    /** Whether the payloads come from a file or the standard input. */
    boolean isStream() {
        return file != null || STDIN.equals(body);
    }

    Headers headers() {
        return Headers.builder()
                .contentType("application/json")
                .messageType(type)
                .putAll(headers)
                .build();
    }

    /**
     * The payloads: the one given, over and over, or those of the stream.
     *
     * @throws CommandException if nothing is given, or cannot be read, or is no JSON
     */
    Payloads open(InputStream standardInput, Stop stop) {
        if (body != null && file != null) {
            throw new CommandException(ExitCode.WRONG_USAGE, "expected either JSON or --file, not both");
        }
        if (isStream()) {
            return Payloads.reading(stream(standardInput), Limits.defaults().maxMessageBytes(), isRaw, stop);
        }
        if (body == null) {
            throw new CommandException(
                    ExitCode.WRONG_USAGE, "expected a payload: JSON such as '{\"id\":\"42\"}', or - or --file");
        }
        if (!isRaw) {
            try {
                Json.check(body);
            } catch (NotJsonException e) {
                throw new CommandException(
                        ExitCode.WRONG_USAGE,
                        "expected JSON, but " + e.getMessage() + " (--raw sends it all the same)");
            }
        }
        return Payloads.repeating(body.getBytes(StandardCharsets.UTF_8));
    }

    private InputStream stream(InputStream standardInput) {
        if (file == null || file.equals(STDIN)) {
            return standardInput;
        }
        try {
            if (Files.isDirectory(Path.of(file))) {
                throw new CommandException(ExitCode.WRONG_USAGE, "expected a file, but " + file + " is a directory");
            }
            return Files.newInputStream(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new CommandException(ExitCode.WRONG_USAGE, "expected a file, but there is no " + file);
        } catch (IOException e) {
            throw new CommandException(ExitCode.WRONG_USAGE, "cannot read " + file + ": " + e.getMessage());
        }
    }
}
