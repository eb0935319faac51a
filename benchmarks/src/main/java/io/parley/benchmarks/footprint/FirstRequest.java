package io.parley.benchmarks.footprint;

import io.parley.Peer;
import io.parley.benchmarks.lab.Answer;
import io.parley.benchmarks.lab.Lab;
import io.parley.benchmarks.lab.MeasuredProcess;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A program that does as little as one can: it opens a peer and asks one request. It tells when it came how far, and loads
 * nothing else on its way.
 */
final class FirstRequest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private FirstRequest() {}

    /** A fresh process that does so. */
    static MeasuredProcess start(Lab lab) throws IOException {
        return lab.start("first request", FirstRequest.class, List.of(Subject.mesh(lab), microsNow()));
    }

    /** Arguments: the directory of the mesh, and when the process was begun, by {@link #microsNow}. */
    public static void main(String[] arguments) throws InterruptedException {
        long main = microsNow();
        Peer peer = Peer.named("asker")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(Path.of(arguments[0])))
                .open();
        long open = microsNow();
        if (!peer.awaitReachable(Channels.LEAF_ECHO, PATIENCE)) {
            throw new IllegalStateException(Channels.LEAF_ECHO.name() + " is not reachable");
        }
        long reachable = microsNow();
        Channels.requireAnswer(peer.requestor(Channels.LEAF_ECHO).request(Channels.question()));
        long answered = microsNow();
        long begun = Long.parseLong(arguments[1]);
        System.out.println(Answer.MARK
                + new Answer("started")
                        .with("main", main - begun)
                        .with("open", open - main)
                        .with("reachable", reachable - open)
                        .with("answered", answered - reachable)
                        .with("all", answered - begun));
        peer.close();
    }

    /** The wall clock, as that is the one which two processes share. */
    static long microsNow() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
