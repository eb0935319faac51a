package io.parley.console;

import io.parley.Gap;
import io.parley.Peer;
import io.parley.SubscribeOptions;
import io.parley.Subscription;
import io.parley.channel.ChannelName;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.console.json.Json;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Terminal.Ink;
import io.parley.message.Event;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.text.PlainText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley subscribe}. Confined to one thread, but for events, which come one at a time. */
@Command(
        name = "subscribe",
        description = "Print the events that are published on a channel, until Ctrl-C.",
        footer = {
            "",
            "With --timeout and --count, the exit code is 3 if fewer events came in time.",
            "",
            "  parley subscribe orders/events",
            "  parley subscribe orders/events --prefix order.refused --json"
        })
final class SubscribeCommand extends MeshCommand {

    private static final Duration LOOK = Duration.ofMillis(100);

    @Parameters(
            paramLabel = "CHANNEL",
            converter = Values.Channel.class,
            description = "The channel, owner/name, such as orders/events.")
    // picocli sets it before anything asks for it.
    @SuppressWarnings("NullAway.Init")
    ChannelName channel;

    @Option(names = "--prefix", paramLabel = "TEXT", description = "Only events whose name begins like this.")
    String prefix = "";

    @Option(
            names = "--count",
            paramLabel = "N",
            converter = Values.Count.class,
            description = "End after so many events.")
    @Nullable
    Long count;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Values.Time.class,
            description = "End after so long, such as 30s or 5m.")
    @Nullable
    Duration timeout;

    private final Stop done = new Stop();
    private long seen;

    SubscribeCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    @Override
    public Integer call() throws InterruptedException {
        stop.onRequest(done::request);
        try (Peer peer = openPassing(SERVICE, letter -> {})) {
            SubscribeOptions options =
                    SubscribeOptions.all().withSubjectPrefix(prefix).withGapListener(this::onGap);
            Subscription subscription = peer.subscribe(
                    PublishSubscribeChannel.of(channel.toString(), byte[].class), options, this::onEvent);
            long start = System.nanoTime();
            int publishers = -1;
            while (!done.await(LOOK)) {
                publishers = tellPublishers(publishers, subscription.publishers());
                if (timeout != null && System.nanoTime() - start >= timeout.toNanos()) {
                    break;
                }
            }
        }
        return isShort() && !stop.isRequested() ? ExitCode.TIMED_OUT : ExitCode.SUCCESS;
    }

    private synchronized boolean isShort() {
        return count != null && seen < count;
    }

    /** Says from how many instances events can come, whenever that has changed. */
    private int tellPublishers(int before, int now) {
        if (before != now) {
            String text = now == 0
                    ? "waiting for an instance of " + channel.owner() + " in " + describeMesh()
                    : "subscribed to " + now + (now == 1 ? " instance of " : " instances of ") + channel.owner();
            if (isJson) {
                terminal.print(Json.write(Map.of("channel", channel.toString(), "publishers", now)));
            } else {
                note(text);
            }
        }
        return now;
    }

    private synchronized void onEvent(Message<byte[]> message) {
        if (done.isRequested()) {
            return;
        }
        String payload = new String(message.payload(), StandardCharsets.UTF_8);
        Headers headers = message.headers();
        String from = headers.sender().map(PeerName::toString).orElse("");
        String name = message instanceof Event<byte[]> event ? event.name() : "";
        String about =
                message instanceof Event<byte[]> event && !event.aggregate().equals(Message.Aggregate.NONE)
                        ? event.aggregate().type() + ':' + event.aggregate().id()
                        : "";
        if (isJson) {
            var line = new LinkedHashMap<String, Object>();
            line.put("channel", channel.toString());
            line.put("name", name);
            line.put("aggregate", about);
            line.put("from", from);
            line.put("type", headers.messageType().orElse(""));
            line.put("id", headers.id().map(MessageId::toString).orElse(""));
            line.put("correlationId", headers.correlationId().orElse(""));
            line.put("payload", Json.raw(payload));
            terminal.print(Json.write(line));
        } else {
            String time = LocalTime.now().truncatedTo(ChronoUnit.MILLIS).toString();
            terminal.print(terminal.paint(time, Ink.DIM)
                    + ' '
                    + terminal.paint(from, Ink.CYAN)
                    + ' '
                    + terminal.paint(name.isEmpty() ? "-" : name, Ink.BOLD)
                    + ' '
                    + PlainText.of(about)
                    + (about.isEmpty() ? "" : " ")
                    + Json.onOneLine(payload));
        }
        seen++;
        if (count != null && seen >= count || terminal.isDeaf()) {
            done.request();
        }
    }

    private void onGap(Gap gap) {
        if (isJson) {
            terminal.print(Json.write(Map.of(
                    "channel", channel.toString(),
                    "gap", Map.of("publisher", gap.publisher().toString(), "missedUpTo", gap.missedUpTo()))));
        } else {
            terminal.complain("missed events of " + gap.publisher() + " up to number " + gap.missedUpTo());
        }
    }
}
