package io.parley.testkit;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An instance of a service that is put under load and restarted: the body of a process of its own. It says {@code ready} when it can be reached,
 * ends in order when it is sent a line, and then says {@code handled} and how many one-way messages it has handled.
 */
public final class LoadedService {

    /** The service's name. */
    public static final String NAME = "loaded";

    /** Requests to it. */
    public static final RequestChannel<String, String> ASK =
            PointToPointChannel.of(NAME + "/ask", String.class).withReply(String.class);

    /** One-way messages to it. */
    public static final PointToPointChannel<String> TELL = PointToPointChannel.of(NAME + "/tell", String.class);

    /** One-way messages whose handler never returns. */
    public static final PointToPointChannel<String> HOLD = PointToPointChannel.of(NAME + "/hold", String.class);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(60);

    private LoadedService() {}

    /** Runs one until it is sent a line. */
    public static void run(PeerBuilder builder) throws IOException {
        var handled = new AtomicLong();
        var never = new CountDownLatch(1);
        try (Peer peer = builder.closeTimeout(CLOSE_LIMIT).open()) {
            peer.receive(TELL, message -> handled.incrementAndGet());
            peer.receive(HOLD, HandlerOptions.serial(), message -> never.await());
            peer.reply(ASK, request -> request.payload());
            System.out.println("ready");
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        }
        System.out.println("handled " + handled);
    }
}
