package io.parley.console;

import io.parley.DeadLetter;
import io.parley.Peer;
import io.parley.Sender;
import io.parley.channel.PointToPointChannel;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.environment.Environment;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.time.Deadline;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parley send}. Confined to one thread, but for dead letters. */
@Command(
        name = "send",
        description = "Send one-way messages to one instance of the service that owns a channel.",
        footer = {
            "",
            "One-way means: an instance with room for the message has it. If it refuses the message after all,",
            "it says so, for which the command waits a moment (--linger).",
            "",
            "  parley send warehouse/ship '{\"order\":\"42\",\"customer\":\"Ada\",\"product\":\"tea\",\"quantity\":2}'"
        })
final class SendCommand extends SendingCommand {

    private static final int WINDOW = 256;

    @Mixin
    Repeating repeating = new Repeating();

    @Option(
            names = "--linger",
            paramLabel = "TIME",
            converter = Values.Time.class,
            defaultValue = "300ms",
            description = "How long to wait for refusals at the end. Default: ${DEFAULT-VALUE}.")
    Duration linger = Duration.ofMillis(300);

    private final Stop refused = new Stop();

    SendCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    @Override
    void sendAll(Payloads payloads) throws InterruptedException {
        var sought = PointToPointChannel.of(channel().toString(), byte[].class);
        stop.onRequest(refused::request);
        try (Peer peer = openPassing(SERVICE, this::onDeadLetter)) {
            awaitReader(peer, sought);
            Sender<byte[]> sender = peer.sender(sought);
            Exchanges<MessageId> exchanges = repeating.exchanges(stop, input.isStream(), WINDOW);
            tally.begin();
            exchanges.run(payloads, payload -> sender.sendAsync(command(payload)), this::onOutcome);
            refused.await(linger);
        }
    }

    @Override
    boolean isSummed() {
        return repeating.isMany() || super.isSummed();
    }

    private Message<byte[]> command(byte[] payload) {
        Deadline deadline = Deadline.after(timeout, Environment.system().time());
        Headers headers = input.headers().toBuilder().deadline(deadline).build();
        return Message.command(operation(), payload).withHeaders(headers);
    }

    private void onOutcome(long number, @Nullable MessageId id, @Nullable Throwable failure, long nanos) {
        if (id == null) {
            onFailure(number, failure == null ? new IllegalStateException("not sent") : failure);
            return;
        }
        tally.count("sent");
        if (!repeating.isQuiet) {
            onSent(number, Map.of("outcome", "sent", "id", id.toString()), "sent " + id);
        }
    }

    private synchronized void onDeadLetter(DeadLetter letter) {
        onFailure(letter.headers().id().map(MessageId::sequence).orElse(0L), letter.cause());
        refused.request();
    }
}
