package io.parley.benchmarks.resilience;

import io.parley.DeadLetter;
import io.parley.Peer;
import io.parley.Requestor;
import io.parley.Sender;
import io.parley.benchmarks.lab.Answer;
import io.parley.benchmarks.lab.Lab;
import io.parley.benchmarks.lab.MeasuredProcess;
import io.parley.benchmarks.resilience.Ledger.Outcome;
import io.parley.failure.MessagingException;
import io.parley.zmq.ZmqTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A process that sends to {@link Shop} at a steady rate, and notes in the {@link Ledger} what it is told of each message. Even numbers
 * are requests, odd ones one-way messages. It answers {@code ready} when the service is reachable, then takes commands, and ends when its
 * input does:
 *
 * <ul>
 *   <li>{@code drive KIND RATE MILLIS LIMIT BYTES}: begins to send {@code KIND} ({@code requests}, {@code one-ways} or {@code both}),
 *       {@code RATE} of each a second, for so many milliseconds, each with a time limit of {@code LIMIT} milliseconds
 *   <li>{@code finish}: waits until all is sent and every message has its outcome; tells how many messages there were, and how many
 *       dead letters with and without payload so far
 *   <li>{@code probe NUMBER MILLIS}: asks so often, one after the other, each within so many milliseconds; tells how many were answered
 *   <li>{@code memory}: heap and direct buffers, in bytes
 * </ul>
 *
 * <p>Confined to one thread, but for what is told by the peer.
 */
final class DrivingProcess {

    private static final System.Logger LOG = System.getLogger(DrivingProcess.class.getName());

    private final HeapWatch memory = HeapWatch.begin();
    private final Ledger ledger;
    private final Peer peer;
    private final Requestor<byte[], byte[]> asking;
    private final Sender<byte[]> telling;
    private final AtomicLong deadLetters = new AtomicLong();
    private final AtomicLong emptyDeadLetters = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger oneWays = new AtomicInteger();
    private final Semaphore outcomes = new Semaphore(0);
    private @Nullable Thread driving;

    private DrivingProcess(Ledger ledger, String registry) {
        this.ledger = ledger;
        peer = Peer.named("driver")
                .transport(ZmqTransport.create())
                .discovery(Shop.discovery(registry))
                .onDeadLetter(this::onDeadLetter)
                .open();
        asking = peer.requestor(Shop.ASK);
        telling = peer.sender(Shop.TELL);
    }

    static MeasuredProcess start(Lab lab, List<String> jvmArguments, String registry, Path ledger, int capacity)
            throws IOException, InterruptedException {
        MeasuredProcess driver =
                lab.start("driver", jvmArguments, DrivingProcess.class, List.of(registry, ledger, capacity));
        driver.hear("ready", Shop.PATIENCE);
        return driver;
    }

    /** Arguments: registry, the ledger's file and capacity. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Ledger ledger = Ledger.open(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
        var driver = new DrivingProcess(ledger, arguments[0]);
        if (!driver.peer.awaitReachable(Shop.ASK, Shop.PATIENCE)
                || !driver.peer.awaitReachable(Shop.TELL, Shop.PATIENCE)) {
            throw new IllegalStateException(Shop.SERVICE + " is not reachable");
        }
        say(new Answer("ready"));
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] command = line.split(" ");
            switch (command[0]) {
                case "drive" -> say(driver.drive(command));
                case "finish" -> say(driver.finish());
                case "probe" ->
                    say(driver.probe(Integer.parseInt(command[1]), Duration.ofMillis(Long.parseLong(command[2]))));
                case "memory" -> say(driver.memory.read());
                default -> throw new IllegalArgumentException("Unknown command " + line);
            }
        }
        driver.peer.close();
        System.exit(0);
    }

    private Answer drive(String[] command) {
        boolean asks = !command[1].equals("one-ways");
        boolean tells = !command[1].equals("requests");
        long rate = Long.parseLong(command[2]);
        Duration time = Duration.ofMillis(Long.parseLong(command[3]));
        Duration limit = Duration.ofMillis(Long.parseLong(command[4]));
        int size = Integer.parseInt(command[5]);
        driving = new Thread(() -> send(asks, tells, rate, time, limit, size), "driving");
        driving.start();
        return new Answer("drive");
    }

    /** Sends at the given rate. Sends that are overdue because the machine was busy follow at once. */
    private void send(boolean asks, boolean tells, long rate, Duration time, Duration limit, int size) {
        long start = System.nanoTime();
        long count = time.toMillis() * rate / 1_000;
        for (long i = 0; i < count; i++) {
            long due = start + i * 1_000_000_000 / rate;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (asks) {
                ask(2 * requests.getAndIncrement(), limit, size);
            }
            if (tells) {
                tell(2 * oneWays.getAndIncrement() + 1, limit, size);
            }
        }
    }

    private void ask(int message, Duration limit, int size) {
        long deadline = System.currentTimeMillis() + limit.toMillis();
        asking.requestAsync(Shop.payload(message, deadline, size), limit).whenComplete((answer, failure) -> {
            ledger.outcome(message, failure == null ? Outcome.ANSWERED : outcome(failure));
            outcomes.release();
        });
    }

    private void tell(int message, Duration limit, int size) {
        long deadline = System.currentTimeMillis() + limit.toMillis();
        telling.sendAsync(Shop.payload(message, deadline, size)).whenComplete((id, failure) -> {
            ledger.outcome(message, failure == null ? Outcome.ACCEPTED : outcome(failure));
            outcomes.release();
        });
    }

    private static Outcome outcome(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof MessagingException told)) {
            throw new IllegalStateException("Not an outcome", cause);
        }
        return Outcome.valueOf(told.outcome().name());
    }

    private void onDeadLetter(DeadLetter letter) {
        deadLetters.incrementAndGet();
        if (letter.payload().length >= Shop.HEAD) {
            ledger.deadLetter(Shop.message(letter.payload()));
        } else {
            emptyDeadLetters.incrementAndGet();
        }
    }

    private Answer finish() throws InterruptedException {
        if (driving == null) {
            throw new IllegalStateException("Nothing was driven");
        }
        driving.join();
        int sent = requests.get() + oneWays.get();
        outcomes.acquire(sent);
        outcomes.release(sent);
        return new Answer("finish")
                .with("requests", requests.get())
                .with("one-ways", oneWays.get())
                .with("dead-letters", deadLetters.get())
                .with("dead-letters-without-payload", emptyDeadLetters.get());
    }

    /** Its questions are not in the ledger's account: they all have the number of its last entry. */
    private Answer probe(int times, Duration limit) {
        int answered = 0;
        for (int i = 0; i < times; i++) {
            long deadline = System.currentTimeMillis() + limit.toMillis();
            try {
                asking.request(Shop.payload(ledger.capacity() - 1, deadline, 0), limit);
                answered++;
            } catch (MessagingException e) {
                LOG.log(Level.INFO, "Not answered: {0}", e.getMessage());
            }
        }
        return new Answer("probe").with("answered", answered);
    }

    private static void say(Answer answer) {
        System.out.println(Answer.MARK + answer);
    }
}
