package io.parley.benchmarks.resilience;

import io.parley.Peer;
import io.parley.benchmarks.lab.Answer;
import io.parley.benchmarks.lab.Lab;
import io.parley.benchmarks.lab.MeasuredProcess;
import io.parley.zmq.ZmqTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A process with one instance of {@link Shop}, which notes in the {@link Ledger} each message that its handlers begin. It answers
 * {@code ready} with its ports once it can be reached, then takes commands, and ends when its input does:
 *
 * <ul>
 *   <li>{@code memory}: heap and direct buffers, in bytes, and messages begun
 *   <li>{@code close}: closes the peer, and answers once it has
 * </ul>
 *
 * <p>Confined to one thread, but for the handlers.
 */
final class ServingProcess {

    private ServingProcess() {}

    /**
     * Starts one; its first answer is still to be heard.
     *
     * @param handlingMicros how long each message is handled; 0 for at once
     */
    static MeasuredProcess start(
            Lab lab,
            List<String> jvmArguments,
            String name,
            String registry,
            Path ledger,
            int capacity,
            long handlingMicros)
            throws IOException {
        return lab.start(
                name, jvmArguments, ServingProcess.class, List.of(name, registry, ledger, capacity, handlingMicros));
    }

    /** Arguments: name, registry, the ledger's file and capacity, microseconds of handling. */
    public static void main(String[] arguments) throws IOException {
        Ledger ledger = Ledger.open(Path.of(arguments[2]), Integer.parseInt(arguments[3]));
        long handlingNanos = Long.parseLong(arguments[4]) * 1_000;
        var begun = new AtomicLong();
        var memory = HeapWatch.begin();
        Peer peer = Peer.named(Shop.SERVICE)
                .instance(arguments[0])
                .transport(ZmqTransport.create())
                .discovery(Shop.discovery(arguments[1]))
                .open();
        peer.reply(Shop.ASK, question -> {
            begin(ledger, question.payload(), begun, handlingNanos);
            return new byte[0];
        });
        peer.receive(Shop.TELL, message -> begin(ledger, message.payload(), begun, handlingNanos));
        say(new Answer("ready")
                .with("port", port(peer.self().address()))
                .with("publish-port", port(peer.self().publishAddress())));
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            switch (line) {
                case "memory" -> say(memory.read().with("begun", begun.get()));
                case "close" -> {
                    peer.close();
                    say(new Answer("close"));
                }
                default -> throw new IllegalArgumentException("Unknown command " + line);
            }
        }
        peer.close();
        System.exit(0);
    }

    private static void begin(Ledger ledger, byte[] payload, AtomicLong begun, long handlingNanos) {
        ledger.begun(Shop.message(payload), Shop.isLate(payload));
        begun.incrementAndGet();
        long end = System.nanoTime() + handlingNanos;
        for (long left = handlingNanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static long port(String address) {
        return Long.parseLong(address.substring(address.lastIndexOf(':') + 1));
    }

    private static void say(Answer answer) {
        System.out.println(Answer.MARK + answer);
    }
}
