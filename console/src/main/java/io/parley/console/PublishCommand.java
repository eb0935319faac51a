package io.parley.console;

import io.parley.Peer;
import io.parley.Publisher;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.failure.OverloadedException;
import io.parley.message.Event;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import io.parley.message.MessageId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parley publish}. Confined to one thread. */
@Command(
        name = "publish",
        description =
                "Publish events to whoever has subscribed, as a passing instance of the service that owns the channel.",
        footer = {
            "",
            "Subscribers first have to find this instance, for which the command waits a second (--linger).",
            "",
            "  parley publish orders/events --name order.created --aggregate order:42 \\",
            "      '{\"type\":\"OrderCreated\",\"order\":\"42\",\"customer\":\"Ada\",\"product\":\"tea\",\"quantity\":2}'"
        })
final class PublishCommand extends SendingCommand {

    private static final long PAUSE_NANOS = 1_000_000;

    @Mixin
    Repeating repeating = new Repeating();

    @Option(names = "--name", paramLabel = "NAME", description = "What happened: what subscribers filter by.")
    String name = "";

    @Option(names = "--aggregate", paramLabel = "TYPE:ID", description = "What it happened to, such as order:42.")
    String aggregate = "";

    @Option(
            names = "--linger",
            paramLabel = "TIME",
            converter = Values.Time.class,
            defaultValue = "1s",
            description = "How long to wait for subscribers before the first event. Default: ${DEFAULT-VALUE}.")
    Duration linger = Duration.ofSeconds(1);

    PublishCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    @Override
    void sendAll(Payloads payloads) throws InterruptedException {
        try (Peer peer = openPassing(channel().owner(), SendingCommand::ignore)) {
            Publisher<byte[]> publisher =
                    peer.publisher(PublishSubscribeChannel.of(channel().toString(), byte[].class));
            stop.await(linger);
            Exchanges<MessageId> exchanges = repeating.exchanges(stop, input.isStream(), 1);
            tally.begin();
            exchanges.run(payloads, payload -> publish(publisher, payload), this::onOutcome);
        }
    }

    @Override
    boolean isSummed() {
        return repeating.isMany() || super.isSummed();
    }

    /** Publishes as soon as there is room. */
    private CompletableFuture<MessageId> publish(Publisher<byte[]> publisher, byte[] payload) {
        Event<byte[]> event = Message.event(name, aggregate(), payload).withHeaders(input.headers());
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                return CompletableFuture.completedFuture(publisher.publish(event));
            } catch (OverloadedException e) {
                if (System.nanoTime() - end > 0 || stop.isRequested()) {
                    return CompletableFuture.failedFuture(e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private Aggregate aggregate() {
        if (aggregate.isEmpty()) {
            return Aggregate.NONE;
        }
        int colon = aggregate.indexOf(':');
        if (colon < 1) {
            throw new CommandException(
                    ExitCode.WRONG_USAGE, "expected --aggregate as type:id, such as order:42, not '" + aggregate + "'");
        }
        return Aggregate.of(aggregate.substring(0, colon), aggregate.substring(colon + 1));
    }

    private void onOutcome(long number, @Nullable MessageId id, @Nullable Throwable failure, long nanos) {
        if (id == null) {
            onFailure(number, failure == null ? new IllegalStateException("not published") : failure);
            return;
        }
        tally.count("published");
        if (!repeating.isQuiet) {
            onSent(number, Map.of("outcome", "published", "id", id.toString()), "published " + id);
        }
    }
}
