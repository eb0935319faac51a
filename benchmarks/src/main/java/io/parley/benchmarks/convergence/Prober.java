package io.parley.benchmarks.convergence;

import io.parley.Peer;
import io.parley.Requestor;
import io.parley.benchmarks.lab.ConsulAgent;
import io.parley.benchmarks.lab.MeasurementException;
import io.parley.consul.ConsulDiscovery;
import io.parley.discovery.Instance;
import io.parley.zmq.ZmqTransport;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A peer that asks whoever is there once a millisecond, without waiting for the answers, and notes who answered, whose questions failed,
 * and who was listed. All times are of {@link System#nanoTime}.
 *
 * <p>Thread-safe.
 */
final class Prober implements AutoCloseable {

    private static final long INTERVAL_NANOS = 1_000_000;
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Peer peer;
    private final Requestor<String, String> who;
    private final Thread asking = new Thread(this::ask, "onlooker");

    private final Set<Long> outstanding = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> firstAnswers = new ConcurrentHashMap<>();
    /** When the last question that it answered was asked. */
    private final Map<String, Long> lastQuestions = new ConcurrentHashMap<>();
    /** When questions were asked that failed, and why. */
    private final Map<Long, String> failures = new ConcurrentHashMap<>();

    private final Map<String, Long> listed = new ConcurrentHashMap<>();
    private final Map<String, Long> unlisted = new ConcurrentHashMap<>();
    private final AtomicLong questions = new AtomicLong();
    private volatile boolean isOver;

    /** @param furtherServices how many it watches besides, of which there is no instance */
    Prober(ConsulAgent agent, int furtherServices) {
        peer = Peer.named("onlooker")
                .transport(ZmqTransport.create())
                .discovery(ConsulDiscovery.at(agent.url()))
                .open();
        who = peer.requestor(EchoProcess.WHO);
        for (int i = 1; i <= furtherServices; i++) {
            peer.instances("further-" + i);
        }
    }

    /** Begins to ask; there has to be somebody to answer. */
    void start() throws InterruptedException {
        if (!peer.awaitReachable(EchoProcess.WHO, PATIENCE)) {
            throw new MeasurementException("Nobody is there to answer");
        }
        asking.start();
    }

    long questions() {
        return questions.get();
    }

    Map<Long, String> failures() {
        return failures;
    }

    /** When the first answer by {@code name} came. */
    long awaitAnswerBy(String name) throws InterruptedException {
        return await("an answer by " + name, firstAnswers, name);
    }

    /** When {@code name} was seen among the instances that the registry tells of. */
    long awaitListed(String name) throws InterruptedException {
        return await(name + " to be listed", listed, name);
    }

    long awaitUnlisted(String name) throws InterruptedException {
        return await(name + " not to be listed any more", unlisted, name);
    }

    /** When the last question was asked that {@code name} answered, or that failed, from {@code since} on; nothing if there was none. */
    OptionalLong lastQuestionTo(String name, long since) throws InterruptedException {
        long now = System.nanoTime();
        await("answers", () -> outstanding.stream().noneMatch(asked -> asked - now <= 0));
        long last = lastQuestions.getOrDefault(name, since);
        for (long asked : failures.keySet()) {
            last = Math.max(last - since, asked - since) + since;
        }
        return last - since > 0 ? OptionalLong.of(last) : OptionalLong.empty();
    }

    @Override
    public void close() {
        isOver = true;
        try {
            asking.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        peer.close();
    }

    private void ask() {
        long next = System.nanoTime();
        while (!isOver) {
            look();
            long at = System.nanoTime();
            outstanding.add(at);
            questions.incrementAndGet();
            who.requestAsync("", LIMIT).whenComplete((name, failure) -> onAnswer(at, name, failure));
            next = Math.max(next + INTERVAL_NANOS, System.nanoTime() - INTERVAL_NANOS);
            while (next - System.nanoTime() > 0) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
    }

    private void onAnswer(long asked, String name, @Nullable Throwable failure) {
        if (failure == null) {
            firstAnswers.putIfAbsent(name, System.nanoTime());
            lastQuestions.merge(name, asked, (one, other) -> one - other > 0 ? one : other);
        } else {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            failures.put(asked, cause.getMessage() == null ? cause.toString() : cause.getMessage());
        }
        outstanding.remove(asked);
    }

    private void look() {
        Set<String> names =
                peer.instances(EchoProcess.SERVICE).stream().map(Instance::name).collect(Collectors.toSet());
        long now = System.nanoTime();
        names.forEach(name -> listed.putIfAbsent(name, now));
        for (String name : listed.keySet()) {
            if (!names.contains(name)) {
                unlisted.putIfAbsent(name, now);
            }
        }
    }

    private static long await(String what, Map<String, Long> times, String name) throws InterruptedException {
        await(what, () -> times.containsKey(name));
        return Objects.requireNonNull(times.get(name));
    }

    private static void await(String what, BooleanSupplier state) throws InterruptedException {
        long start = System.nanoTime();
        while (!state.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new MeasurementException("Waited " + PATIENCE.toSeconds() + " s in vain for " + what);
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }
}
