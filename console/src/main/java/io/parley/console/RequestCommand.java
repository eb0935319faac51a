package io.parley.console;

import io.parley.Peer;
import io.parley.Requestor;
import io.parley.channel.PointToPointChannel;
import io.parley.console.json.Json;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Texts;
import io.parley.environment.Environment;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.PeerName;
import io.parley.text.PlainText;
import io.parley.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code parley request}. Confined to one thread. */
@Command(
        name = "request",
        description = "Ask one instance of the service that owns a channel, and print its answer.",
        footer = {
            "",
            "One request is under way at a time; with --rate, up to 1000.",
            "",
            "  parley request orders/place '{\"id\":\"42\",\"customer\":\"Ada\",\"product\":\"tea\",\"quantity\":2}'",
            "  parley request orders/place --file orders.jsonl --rate 50 --json"
        })
final class RequestCommand extends SendingCommand {

    private static final int WINDOW = 1000;

    @Mixin
    Repeating repeating = new Repeating();

    RequestCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    @Override
    void sendAll(Payloads payloads) throws InterruptedException {
        var asked = PointToPointChannel.of(channel().toString(), byte[].class).withReply(byte[].class);
        try (Peer peer = openPassing(SERVICE, SendingCommand::ignore)) {
            awaitReader(peer, asked);
            Requestor<byte[], byte[]> requestor = peer.requestor(asked);
            Exchanges<Message<byte[]>> exchanges =
                    repeating.exchanges(stop, input.isStream(), repeating.rate > 0 ? WINDOW : 1);
            tally.begin();
            exchanges.run(payloads, payload -> requestor.requestAsync(question(payload)), this::onOutcome);
        }
    }

    @Override
    boolean isSummed() {
        return repeating.isMany() || super.isSummed();
    }

    private Message<byte[]> question(byte[] payload) {
        Deadline deadline = Deadline.after(timeout, Environment.system().time());
        Headers headers = input.headers().toBuilder().deadline(deadline).build();
        return Message.command(operation(), payload).withHeaders(headers);
    }

    private void onOutcome(long number, @Nullable Message<byte[]> answer, @Nullable Throwable failure, long nanos) {
        if (answer == null) {
            onFailure(number, failure == null ? new IllegalStateException("no answer") : failure);
            return;
        }
        tally.count("answered", nanos);
        if (repeating.isQuiet) {
            return;
        }
        String payload = new String(answer.payload(), StandardCharsets.UTF_8);
        Headers headers = answer.headers();
        String from = headers.sender().map(PeerName::toString).orElse("");
        if (isJson) {
            var line = new LinkedHashMap<String, Object>();
            line.put("number", number);
            line.put("channel", channel().toString());
            line.put("outcome", "answered");
            line.put("from", from);
            line.put("type", headers.messageType().orElse(""));
            line.put("correlationId", headers.correlationId().orElse(""));
            line.put("millis", nanos / 1e6);
            line.put("payload", Json.raw(payload));
            terminal.print(Json.write(line));
        } else {
            boolean isOnlyOne = !isSummed();
            if (isOnlyOne && terminal.hasColour() && Json.isJson(payload)) {
                Json.pretty(payload).lines().map(PlainText::of).forEach(terminal::print);
            } else {
                terminal.print(Json.onOneLine(payload));
            }
            if (isOnlyOne) {
                note(headers.messageType().orElse("") + " from " + from + " in " + Texts.took(nanos));
            }
        }
    }
}
