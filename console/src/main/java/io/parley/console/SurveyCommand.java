package io.parley.console;

import io.parley.Peer;
import io.parley.Survey;
import io.parley.Surveyor;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.console.json.Json;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Texts;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.PeerName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parley survey}. Confined to one thread, but for responses, which come one at a time. */
@Command(
        name = "survey",
        description =
                "Ask all who respond on a channel, as a passing instance of the service that owns it, and print the answers.",
        footer = {
            "",
            "Responders first have to find this instance, for which the command waits a second (--linger).",
            "It takes answers until --timeout has passed, or --count are there.",
            "",
            "  parley survey shop/quotes '{\"product\":\"tea\",\"quantity\":100}' --count 3"
        })
final class SurveyCommand extends SendingCommand {

    @Option(
            names = "--count",
            paramLabel = "N",
            converter = Values.Count.class,
            description = "End as soon as so many have answered.")
    @Nullable
    Long count;

    @Option(
            names = "--linger",
            paramLabel = "TIME",
            converter = Values.Time.class,
            defaultValue = "1s",
            description = "How long to wait for responders before asking. Default: ${DEFAULT-VALUE}.")
    Duration linger = Duration.ofSeconds(1);

    SurveyCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    @Override
    void sendAll(Payloads payloads) throws InterruptedException {
        try (Peer peer = openPassing(channel().owner(), SendingCommand::ignore)) {
            Surveyor<byte[], byte[]> surveyor =
                    peer.surveyor(PublishSubscribeChannel.of(channel().toString(), byte[].class)
                            .withResponses(byte[].class));
            stop.await(linger);
            tally.begin();
            long number = 0;
            byte[] payload = payloads.next();
            while (payload != null && !stop.isRequested()) {
                ask(surveyor, ++number, payload);
                payload = input.isStream() ? payloads.next() : null;
            }
        }
    }

    @Override
    boolean isSummed() {
        return true;
    }

    private void ask(Surveyor<byte[], byte[]> surveyor, long number, byte[] payload) throws InterruptedException {
        Message<byte[]> question = Message.document(payload).withHeaders(input.headers());
        int enough = count == null ? Integer.MAX_VALUE : (int) Math.min(count, Integer.MAX_VALUE);
        long start = System.nanoTime();
        try (Survey<byte[]> survey = surveyor.survey(question, timeout, enough)) {
            stop.onRequest(survey::end);
            survey.onResponse(response -> onResponse(number, response, System.nanoTime() - start));
            int responses = survey.await().size();
            survey.faults().forEach(fault -> onFailure(number, fault));
            if (responses == 0 && survey.faults().isEmpty() && !stop.isRequested()) {
                throw new CommandException(
                        ExitCode.TIMED_OUT,
                        "nobody answered on " + channel() + " within " + Texts.took(timeout.toNanos()));
            }
        }
    }

    private synchronized void onResponse(long number, Message<byte[]> response, long nanos) {
        tally.count("answered", nanos);
        String payload = new String(response.payload(), StandardCharsets.UTF_8);
        Headers headers = response.headers();
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
            terminal.print(Json.onOneLine(payload));
            note(headers.messageType().orElse("") + " from " + from + " in " + Texts.took(nanos));
        }
    }
}
