package io.parley.benchmarks.convergence;

import io.parley.Peer;
import io.parley.benchmarks.lab.Answer;
import io.parley.benchmarks.lab.ConsulAgent;
import io.parley.benchmarks.lab.Lab;
import io.parley.benchmarks.lab.MeasuredProcess;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.consul.ConsulDiscovery;
import io.parley.zmq.ZmqTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process with one instance at a time, which answers every question with its name. It takes commands from its standard input and ends
 * when that does:
 *
 * <ul>
 *   <li>{@code open NAME}
 *   <li>{@code close} - once it is
 * </ul>
 *
 * <p>Confined to one thread.
 */
final class EchoProcess {

    static final String SERVICE = "teller";
    static final RequestChannel<String, String> WHO =
            PointToPointChannel.of(SERVICE + "/who", String.class).withReply(String.class);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ConsulDiscovery discovery;
    private @Nullable Peer peer;

    private EchoProcess(String url) {
        discovery = ConsulDiscovery.at(url);
    }

    /** A fresh process that does so; nothing is open yet. */
    static MeasuredProcess start(Lab lab, ConsulAgent agent) throws IOException, InterruptedException {
        MeasuredProcess teller = lab.start(SERVICE, EchoProcess.class, List.of(agent.url()));
        teller.hear("ready", PATIENCE);
        return teller;
    }

    /** Arguments: where Consul is. */
    public static void main(String[] arguments) throws IOException {
        var teller = new EchoProcess(arguments[0]);
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        say("ready");
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] command = line.split(" ");
            switch (command[0]) {
                case "open" -> teller.open(command[1]);
                case "close" -> teller.close();
                default -> throw new IllegalArgumentException("Unknown command " + line);
            }
            say(command[0]);
        }
        teller.close();
        System.exit(0);
    }

    private static void say(String word) {
        System.out.println(Answer.MARK + new Answer(word));
    }

    private void open(String name) {
        Peer opened = Peer.named(SERVICE)
                .instance(name)
                .transport(ZmqTransport.create())
                .discovery(discovery)
                .open();
        opened.reply(WHO, question -> name);
        peer = opened;
    }

    private void close() {
        if (peer != null) {
            peer.close();
            peer = null;
        }
    }
}
