package io.parley.console;

import io.parley.DeadLetter;
import io.parley.Peer;
import io.parley.channel.Channel;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.console.json.Json;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.discovery.Instance;
import io.parley.failure.FaultedException;
import io.parley.failure.MessagingException;
import io.parley.failure.RefusedException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that sends payloads of the user's own to a channel. Confined to one thread. */
abstract class SendingCommand extends MeshCommand {

    private static final Duration FINDING = Duration.ofSeconds(3);

    @Mixin
    MessageInput input = new MessageInput();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Values.Time.class,
            defaultValue = "5s",
            description = "How long one may take, such as 500ms or 2s. Default: ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ofSeconds(5);

    final Tally tally = new Tally();

    SendingCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    final ChannelName channel() {
        return input.channel;
    }

    /** The last part of the channel's name, which names the operation. */
    final String operation() {
        return channel().name().substring(channel().name().lastIndexOf('/') + 1);
    }

    /**
     * Waits until somebody reads the channel.
     *
     * @throws CommandException if nobody does
     */
    final void awaitReader(Peer peer, Channel sought) throws InterruptedException {
        Duration limit = timeout.compareTo(FINDING) < 0 ? timeout : FINDING;
        if (!peer.awaitReachable(sought, limit) && !stop.isRequested()) {
            throw new CommandException(
                    ExitCode.NOT_FOUND, whyNotFound(peer.instances(channel().owner())));
        }
    }

    private String whyNotFound(Collection<Instance> instances) {
        if (instances.isEmpty()) {
            return "no instance of " + channel().owner() + " is in " + describeMesh() + " (parley peers shows who is)";
        }
        var known = new TreeMap<ChannelName, InteractionStyle>();
        instances.forEach(instance -> known.putAll(instance.channels()));
        if (known.containsKey(channel())) {
            return channel() + " cannot be reached: " + instances.size() + " announced, none answers";
        }
        String channels = known.entrySet().stream()
                .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                .collect(Collectors.joining(", "));
        return channel().owner() + " has no channel " + channel() + (channels.isEmpty() ? "" : ", but " + channels);
    }

    /** Reports and counts a failure. */
    final void onFailure(long number, Throwable failure) {
        if (stop.isRequested()) {
            return;
        }
        int exitCode = ExitCode.of(failure);
        String word = failure instanceof MessagingException messaging ? ExitCode.word(messaging) : "failed";
        tally.countFailure(word, exitCode);
        if (isJson) {
            var line = new LinkedHashMap<String, Object>();
            line.put("number", number);
            line.put("channel", channel().toString());
            line.put("outcome", word);
            line.put("code", code(failure));
            line.put("message", failure.getMessage());
            terminal.print(Json.write(line));
        } else {
            String code = code(failure);
            terminal.complain((number > 1 || input.isStream() ? "#" + number + " " : "") + channel() + " " + word
                    + (code == null ? "" : " (" + code + ")") + ": " + withoutPrefix(failure));
        }
        if (isVerbose) {
            terminal.sayTrace(failure);
        }
    }

    /** A refusal's message begins with what has just been said. */
    private String withoutPrefix(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        String prefix = channel() + " refused: ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }

    private static @Nullable String code(Throwable failure) {
        if (failure instanceof FaultedException faulted) {
            return faulted.code();
        }
        return failure instanceof RefusedException refused
                ? refused.code().name().toLowerCase(Locale.ROOT).replace('_', '-')
                : null;
    }

    /** Reports a message that went out with no answer due. */
    final void onSent(long number, Map<String, ?> what, String text) {
        if (isJson) {
            var line = new LinkedHashMap<String, Object>();
            line.put("number", number);
            line.put("channel", channel().toString());
            line.putAll(what);
            terminal.print(Json.write(line));
        } else {
            terminal.print(text);
        }
    }

    @Override
    public final Integer call() throws InterruptedException {
        Payloads payloads = input.open(terminal.in(), stop);
        try {
            sendAll(payloads);
        } finally {
            if (isSummed() && tally.total() > 0) {
                if (isJson) {
                    terminal.print(tally.json());
                } else {
                    terminal.say(terminal.paint(tally.text(), Terminal.Ink.BOLD));
                }
            }
        }
        return tally.exitCode();
    }

    /** Sends and counts what becomes of it. */
    abstract void sendAll(Payloads payloads) throws InterruptedException;

    /** Whether there is enough to be worth a summary. */
    boolean isSummed() {
        return input.isStream();
    }

    /** Takes no notice: for commands whose messages nobody can refuse. */
    static void ignore(DeadLetter letter) {
        // There is none.
    }
}
