package io.parley.console;

import io.parley.Peer;
import io.parley.Survey;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.console.json.Json;
import io.parley.console.web.ProblemException;
import io.parley.console.web.Trials;
import io.parley.environment.Environment;
import io.parley.failure.FaultedException;
import io.parley.failure.MessagingException;
import io.parley.failure.RefusedException;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import io.parley.message.PeerName;
import io.parley.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends what was typed on the page: point to point as a peer of its own, which opens when there is something to send, and to many as a passing
 * instance of the service that owns the channel. Both are peers like any other, so that their steps are seen too. Thread-safe.
 */
final class PeerTrials implements Trials, AutoCloseable {

    /** For subscribers to find a passing instance. */
    private static final Duration FINDING = Duration.ofSeconds(1);
    /** How long a passing instance stays, so that it can be asked what it did. */
    private static final long STAYING_SECONDS = 5;

    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Function<String, Peer> passing;
    private final Map<String, String> examples;
    private final AtomicLong count = new AtomicLong();
    private @Nullable Peer own;
    private boolean isClosed;

    /**
     * @param passing opens an instance of a service
     * @param examples payloads by channel
     */
    PeerTrials(Function<String, Peer> passing, Map<String, String> examples) {
        this.passing = passing;
        this.examples = Map.copyOf(examples);
    }

    @Override
    public String example(String channel) {
        return examples.getOrDefault(channel, "{}");
    }

    @Override
    public Map<String, ?> run(Trial trial) throws InterruptedException {
        Peer peer = peer();
        String conversation = peer.self().name() + '/' + count.incrementAndGet();
        long start = System.nanoTime();
        var result = new LinkedHashMap<String, Object>();
        result.put("channel", trial.channel());
        result.put("correlationId", conversation);
        try {
            switch (trial.style()) {
                case "request" -> request(peer, trial, conversation, result);
                case "one-way" -> send(peer, trial, conversation, result);
                case "publish" -> publish(trial, conversation, result);
                default -> survey(trial, conversation, result);
            }
        } catch (MessagingException e) {
            fail(result, e);
        }
        result.putIfAbsent("millis", (System.nanoTime() - start) / 1e6);
        return result;
    }

    private static void request(Peer peer, Trial trial, String conversation, Map<String, Object> result)
            throws InterruptedException {
        var channel = PointToPointChannel.of(trial.channel(), byte[].class).withReply(byte[].class);
        peer.awaitReachable(channel, trial.limit());
        long start = System.nanoTime();
        Message<byte[]> answer = await(peer.requestor(channel).requestAsync(command(trial, conversation)), trial);
        result.put("millis", (System.nanoTime() - start) / 1e6);
        result.put("outcome", "answered");
        result.put("answers", List.of(answer(answer)));
    }

    private static void send(Peer peer, Trial trial, String conversation, Map<String, Object> result)
            throws InterruptedException {
        var channel = PointToPointChannel.of(trial.channel(), byte[].class);
        peer.awaitReachable(channel, trial.limit());
        await(peer.sender(channel).sendAsync(command(trial, conversation)), trial);
        result.put("outcome", "sent");
        result.put("message", "An instance with room for it has it.");
    }

    private void publish(Trial trial, String conversation, Map<String, Object> result) throws InterruptedException {
        Peer publishing = openPassing(trial);
        try {
            TimeUnit.NANOSECONDS.sleep(FINDING.toNanos());
            publishing
                    .publisher(PublishSubscribeChannel.of(trial.channel(), byte[].class))
                    .publish(Message.event(trial.name(), Aggregate.NONE, bytes(trial))
                            .withHeaders(headers(trial, conversation).build()));
            result.put("outcome", "published");
            result.put("message", "Whoever has subscribed hears of it.");
            result.put("millis", 0);
        } finally {
            closeLater(publishing);
        }
    }

    private void survey(Trial trial, String conversation, Map<String, Object> result) throws InterruptedException {
        Peer asking = openPassing(trial);
        try {
            var channel =
                    PublishSubscribeChannel.of(trial.channel(), byte[].class).withResponses(byte[].class);
            TimeUnit.NANOSECONDS.sleep(FINDING.toNanos());
            Message<byte[]> question = Message.document(bytes(trial))
                    .withHeaders(headers(trial, conversation).build());
            long start = System.nanoTime();
            try (Survey<byte[]> survey = asking.surveyor(channel).survey(question, trial.limit(), Integer.MAX_VALUE)) {
                var answers = new ArrayList<Map<String, Object>>();
                survey.await().forEach(answer -> answers.add(answer(answer)));
                result.put("millis", (System.nanoTime() - start) / 1e6);
                result.put("answers", answers);
                result.put("outcome", answers.isEmpty() ? "timed-out" : "answered");
                survey.faults().stream().findFirst().ifPresent(fault -> fail(result, fault));
                if (answers.isEmpty()) {
                    result.putIfAbsent("message", "Nobody has answered.");
                }
            }
        } finally {
            closeLater(asking);
        }
    }

    private synchronized Peer peer() {
        if (isClosed) {
            throw new ProblemException(503, "closing", "The page is being closed.");
        }
        if (own == null) {
            own = passing.apply(MeshCommand.SERVICE);
        }
        return own;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (own != null) {
            own.close();
        }
    }

    private Peer openPassing(Trial trial) {
        return passing.apply(trial.channel().substring(0, trial.channel().indexOf('/')));
    }

    private static void closeLater(Peer passing) {
        CompletableFuture.delayedExecutor(STAYING_SECONDS, TimeUnit.SECONDS).execute(passing::close);
    }

    private static <T> T await(CompletableFuture<T> stage, Trial trial) throws InterruptedException {
        try {
            return stage.get(trial.limit().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof CompletionException wrapped && wrapped.getCause() != null) {
                cause = wrapped.getCause();
            }
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(cause);
        } catch (TimeoutException e) {
            throw new IllegalStateException("No end within the limit and " + GRACE.toSeconds() + " s", e);
        }
    }

    private static Message<byte[]> command(Trial trial, String conversation) {
        String operation = trial.channel().substring(trial.channel().lastIndexOf('/') + 1);
        Deadline deadline = Deadline.after(trial.limit(), Environment.system().time());
        return Message.command(operation, bytes(trial))
                .withHeaders(headers(trial, conversation).deadline(deadline).build());
    }

    private static Headers.Builder headers(Trial trial, String conversation) {
        return Headers.builder()
                .correlationId(conversation)
                .contentType("application/json")
                .messageType(trial.type());
    }

    private static byte[] bytes(Trial trial) {
        return trial.body().getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> answer(Message<byte[]> message) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("from", message.headers().sender().map(PeerName::toString).orElse(""));
        answer.put("type", message.headers().messageType().orElse(""));
        answer.put("payload", Json.raw(new String(message.payload(), StandardCharsets.UTF_8)));
        return answer;
    }

    private static void fail(Map<String, Object> result, RuntimeException failure) {
        result.put("outcome", failure instanceof MessagingException known ? ExitCode.word(known) : "failed");
        result.put("message", String.valueOf(failure.getMessage()));
        if (failure instanceof FaultedException faulted) {
            result.put("code", faulted.code());
        } else if (failure instanceof RefusedException refused) {
            result.put("code", refused.code().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }
}
